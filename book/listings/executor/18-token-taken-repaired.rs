//! A flag of our own beside the thread's token.
//@ check-pass
// ANCHOR: all
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

// ANCHOR: block_on
struct Unparks {
    woken: AtomicBool,
    thread: Thread,
}

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Release);
        self.thread.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let parker = Arc::new(Unparks { woken: AtomicBool::new(false), thread: thread::current() });
    let waker = Waker::from(parker.clone());
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            // The token only says: look at the flag again.
            Poll::Pending => {
                while !parker.woken.swap(false, Acquire) {
                    thread::park();
                }
            }
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
