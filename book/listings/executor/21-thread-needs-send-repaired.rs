//! A future that may move to another thread says so: `Send`.
//@ check-pass
// ANCHOR: all
use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;

type BoxedFuture = Pin<Box<dyn Future<Output = u32> + Send>>;

fn start(mut task: BoxedFuture) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        println!("{:?}", task.as_mut().poll(&mut Context::from_waker(Waker::noop())));
    })
}

fn main() {
    start(Box::pin(async { 0 })).join().unwrap();
}
// ANCHOR_END: all
