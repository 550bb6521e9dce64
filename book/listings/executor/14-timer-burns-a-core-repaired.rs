//! A timer that leaves its waker with somebody who sleeps, and a `block_on` that sleeps too.
//@ check-pass
// ANCHOR: all
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

// ANCHOR: timer
struct Timer {
    deadline: Instant,
    polls: u64,
    sleeper: Option<JoinHandle<()>>,
}

impl Future for Timer {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u64> {
        self.polls += 1;
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.sleeper.take().map(JoinHandle::join);
            return Poll::Ready(self.polls);
        }
        let waker = context.waker().clone();
        // A thread for each timer is too many; one for all of them needs a list of deadlines.
        self.sleeper.get_or_insert_with(|| {
            thread::spawn(move || {
                thread::sleep(left);
                waker.wake();
            })
        });
        Poll::Pending
    }
}
// ANCHOR_END: timer

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
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
// ANCHOR_END: block_on

fn main() {
    let deadline = Instant::now() + Duration::from_millis(30);
    let polls = block_on(Timer { deadline, polls: 0, sleeper: None });
    println!("polls: {polls}");
}
// ANCHOR_END: all
