//! A thread that stands still in the middle of an operation until it is told to go on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use secvec::pause::{Point, on_this_thread};

/// A thread that has come to a point and waits there.
#[derive(Debug)]
pub(crate) struct Stopped<R> {
    thread: JoinHandle<R>,
    go: Sender<()>,
}

impl<R: Send + 'static> Stopped<R> {
    /// Start `work` on a thread of its own, and return when it stands at `point` for the time number
    /// `nth`, counted from 1.
    ///
    /// # Panics
    ///
    /// Panics if `work` ends without coming there.
    pub(crate) fn at(point: Point, nth: usize, work: impl FnOnce() -> R + Send + 'static) -> Self {
        let (here, came): (Sender<bool>, Receiver<bool>) = channel();
        let (go, went) = channel();
        let thread = thread::spawn(move || {
            let (mut times, arrived) = (0, here.clone());
            on_this_thread(move |at| {
                times += usize::from(at == point);
                if at == point && times == nth {
                    arrived.send(true).expect("the test waits");
                    // An error: the test has failed, so go on to the end.
                    let _ = went.recv();
                }
            });
            let result = work();
            let _ = here.send(false);
            result
        });
        assert!(came.recv().expect("the thread says where it is"), "never came to {point:?}");
        Self { thread, go }
    }

    /// Let it go on, and wait for what its work gives.
    pub(crate) fn go_on(self) -> R {
        self.go.send(()).expect("it waits");
        self.thread.join().expect("its work does not panic")
    }
}
