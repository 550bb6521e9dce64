//! An async executor built from a hand-made waker up
