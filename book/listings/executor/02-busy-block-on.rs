//! The smallest executor: poll until it is ready.
//@ check-pass
// ANCHOR: all
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

// ANCHOR: block_on
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
// ANCHOR_END: block_on

/// Ready at the third poll.
struct Third(u32);

impl Future for Third {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        self.0 += 1;
        if self.0 == 3 { Poll::Ready(self.0) } else { Poll::Pending }
    }
}

fn main() {
    println!("ready after {} polls", block_on(Third(0)));
}
// ANCHOR_END: all
