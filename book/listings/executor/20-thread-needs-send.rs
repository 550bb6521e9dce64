//! The tasks move to a thread of their own. The compiler asks whether they may.
// ANCHOR: all
use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;

type BoxedFuture = Pin<Box<dyn Future<Output = u32>>>;

fn start(mut task: BoxedFuture) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        //~^ ERROR: cannot be sent between threads safely
        println!("{:?}", task.as_mut().poll(&mut Context::from_waker(Waker::noop())));
    })
}

fn main() {
    start(Box::pin(async { 0 })).join().unwrap();
}
// ANCHOR_END: all
