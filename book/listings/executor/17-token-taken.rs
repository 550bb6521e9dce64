//! `park` and `unpark` remember one wake. Whoever parks next gets it.
//@ error-in-other-file: deadlock
// ANCHOR: all
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

// ANCHOR: block_on
struct Unparks(Thread);

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
// ANCHOR_END: block_on

fn main() {
    let mut polls = 0;
    block_on(poll_fn(|context| {
        polls += 1;
        println!("poll {polls}");
        if polls == 2 {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        thread::spawn(|| waker.wake()).join().unwrap();
        // For reasons of its own, this future waits a little. It gets the token of the wake.
        thread::park_timeout(Duration::from_millis(1));
        Poll::Pending
    }));
}
// ANCHOR_END: all
