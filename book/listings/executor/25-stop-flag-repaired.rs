//! The end is said by the channel itself, behind the last task: nothing can overtake.
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
            // Ends when the channel is closed and empty.
            for mut task in receiver {
                if let Poll::Ready(output) = poll(&mut task) {
                    println!("[executor] got {output}");
                }
            }
        });
        Self { thread, new_tasks }
    }

    fn join(self) {
        drop(self.new_tasks);
        self.thread.join().unwrap();
    }
    // ANCHOR_END: start
}

fn poll(task: &mut BoxedFuture) -> Poll<u32> {
    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn main() {
    let executor = Executor::start();
    executor.new_tasks.send(Box::pin(async { 0 })).unwrap();
    executor.new_tasks.send(Box::pin(async { 1 })).unwrap();
    executor.join();
    println!("[main] joined");
}
// ANCHOR_END: all
