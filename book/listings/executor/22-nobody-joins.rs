//! The executor has a thread of its own, and `main` does not wait for it.
//@ error-in-other-file: the main thread terminated without waiting
// ANCHOR: all
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

type BoxedFuture = Pin<Box<dyn Future<Output = u32> + Send>>;

struct Executor {
    #[expect(dead_code)]
    thread: JoinHandle<()>,
    new_tasks: Sender<BoxedFuture>,
}

impl Executor {
    fn start() -> Self {
        let (new_tasks, receiver) = channel::<BoxedFuture>();
        let thread = thread::spawn(move || {
            // A thread takes a while to start. Here it surely takes longer than `main`.
            thread::sleep(Duration::from_secs(1));
            // Every task here is ready at its first poll.
            for mut task in receiver {
                if let Poll::Ready(output) =
                    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
                {
                    println!("[executor] got {output}");
                }
            }
        });
        Self { thread, new_tasks }
    }

    fn spawn(&self, future: impl Future<Output = u32> + Send + 'static) {
        self.new_tasks.send(Box::pin(future)).unwrap();
    }
}

fn main() {
    println!("[main] start");
    let executor = Executor::start();
    executor.spawn(async { 0 });
    executor.spawn(async { 1 });
    println!("[main] end");
}
// ANCHOR_END: all
