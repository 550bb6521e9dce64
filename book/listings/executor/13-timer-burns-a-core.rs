//! A timer that wakes itself at every poll: correct, and never at rest.
//@ check-pass
// ANCHOR: all
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

// ANCHOR: timer
struct Timer {
    deadline: Instant,
    polls: u64,
}

impl Future for Timer {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u64> {
        self.polls += 1;
        if Instant::now() >= self.deadline {
            return Poll::Ready(self.polls);
        }
        // "Poll me again at once."
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
// ANCHOR_END: timer

fn timer(milliseconds: u64) -> Timer {
    Timer { deadline: Instant::now() + Duration::from_millis(milliseconds), polls: 0 }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn main() {
    let start = Instant::now();
    let mut timers = [timer(250), timer(500), timer(750)];
    let mut polls = [None; 3];
    block_on(poll_fn(|context| {
        for (timer, polls) in timers.iter_mut().zip(&mut polls) {
            if polls.is_none()
                && let Poll::Ready(count) = Pin::new(timer).poll(context)
            {
                *polls = Some(count);
            }
        }
        if polls.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    }));
    println!(
        "one after the other is 1500 ms; it took less: {}",
        start.elapsed().as_millis() < 1500
    );
    println!("the longest was polled more than 100 times: {}", polls[2].unwrap() > 100);
}
// ANCHOR_END: all
