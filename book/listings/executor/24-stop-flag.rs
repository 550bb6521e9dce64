//! The loop ends when a flag is up and its list is empty. The channel may not be.
//@ check-pass
// ANCHOR: all
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

type BoxedFuture = Pin<Box<dyn Future<Output = u32> + Send>>;

struct Executor {
    thread: JoinHandle<()>,
    new_tasks: Sender<BoxedFuture>,
    can_stop: Arc<AtomicBool>,
    /// Holds the thread at the worst moment, so that the listing shows it at every run.
    moment: Arc<Barrier>,
}

impl Executor {
    // ANCHOR: start
    fn start() -> Self {
        let (new_tasks, receiver) = channel::<BoxedFuture>();
        let can_stop = Arc::new(AtomicBool::new(false));
        let moment = Arc::new(Barrier::new(2));
        let (stop, worst) = (can_stop.clone(), moment.clone());
        let thread = thread::spawn(move || {
            loop {
                let mut tasks: Vec<_> = receiver.try_iter().collect();
                println!("[executor] took {} tasks", tasks.len());
                tasks.retain_mut(|task| match poll(task) {
                    Poll::Ready(output) => {
                        println!("[executor] got {output}");
                        false
                    }
                    Poll::Pending => true,
                });
                worst.wait();
                worst.wait();
                if stop.load(SeqCst) && tasks.is_empty() {
                    break;
                }
            }
        });
        Self { thread, new_tasks, can_stop, moment }
    }
    // ANCHOR_END: start

    fn join(self) {
        self.can_stop.store(true, SeqCst);
        self.moment.wait();
        self.thread.join().unwrap();
    }
}

fn poll(task: &mut BoxedFuture) -> Poll<u32> {
    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn main() {
    let executor = Executor::start();
    executor.moment.wait();
    // The executor has looked for tasks, and has not yet looked at the flag.
    executor.new_tasks.send(Box::pin(async { 0 })).unwrap();
    println!("[main] sent a task, joining");
    executor.join();
    println!("[main] joined");
}
// ANCHOR_END: all
