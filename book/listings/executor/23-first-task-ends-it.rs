//! `join` waits, for a loop that ends with the first task.
//@ check-pass
// ANCHOR: all
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

type BoxedFuture = Pin<Box<dyn Future<Output = u32> + Send>>;

struct Executor {
    thread: JoinHandle<()>,
    new_tasks: Sender<BoxedFuture>,
}

impl Executor {
    // ANCHOR: start
    fn start() -> Self {
        let (new_tasks, receiver) = channel::<BoxedFuture>();
        let thread = thread::spawn(move || {
            for (index, mut task) in receiver.into_iter().enumerate() {
                if let Poll::Ready(output) =
                    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
                {
                    println!("[executor] got {output}");
                    // Right for `block_on`, whose first task is the one that was asked for.
                    if index == 0 {
                        break;
                    }
                }
            }
        });
        Self { thread, new_tasks }
    }
    // ANCHOR_END: start

    fn spawn(&self, future: impl Future<Output = u32> + Send + 'static) {
        let _ = self.new_tasks.send(Box::pin(future));
    }

    fn join(self) {
        self.thread.join().unwrap();
    }
}

fn main() {
    let executor = Executor::start();
    executor.spawn(async { 0 });
    executor.spawn(async { 1 });
    executor.join();
    println!("[main] joined");
}
// ANCHOR_END: all
