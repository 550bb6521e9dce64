//! A future does nothing until somebody polls it.
//@ check-pass
// ANCHOR: all
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

struct Ready123;

impl Future for Ready123 {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(123)
    }
}

fn main() {
    let mut future = pin!(Ready123);
    let mut context = Context::from_waker(Waker::noop());
    println!("{:?}", future.as_mut().poll(&mut context));
}
// ANCHOR_END: all
