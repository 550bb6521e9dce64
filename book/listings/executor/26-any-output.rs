//! Tasks of any output type: the future is wrapped in one that has none.
//@ check-pass
// ANCHOR: all
use std::pin::{Pin, pin};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};

type BoxedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Executor {
    thread: JoinHandle<()>,
    new_tasks: Sender<BoxedFuture>,
}

// ANCHOR: spawn
/// Where the output arrives.
struct Task<T>(Receiver<T>);

impl Executor {
    fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = channel();
        let wrapped = async move {
            // Nobody may be waiting.
            let _ = sender.send(future.await);
        };
        self.new_tasks.send(Box::pin(wrapped)).unwrap();
        Task(receiver)
    }
}
// ANCHOR_END: spawn

impl Executor {
    fn start() -> Self {
        let (new_tasks, receiver) = channel::<BoxedFuture>();
        let thread = thread::spawn(move || {
            for task in receiver {
                let mut task = pin!(task);
                while task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
            }
        });
        Self { thread, new_tasks }
    }

    fn join(self) {
        drop(self.new_tasks);
        self.thread.join().unwrap();
    }
}

fn main() {
    let executor = Executor::start();
    let number = executor.spawn(async { 7 });
    let text = executor.spawn(async { "seven".to_owned() });
    println!("{} is {}", number.0.recv().unwrap(), text.0.recv().unwrap());
    executor.join();
}
// ANCHOR_END: all
