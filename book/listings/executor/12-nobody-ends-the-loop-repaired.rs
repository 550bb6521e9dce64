//! The loop ends with the future that was asked for.
//@ check-pass
// ANCHOR: all
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Wake, Waker};

type BoxedFuture = Pin<Box<dyn Future<Output = u32>>>;

struct Executor {
    tasks: Vec<Option<BoxedFuture>>,
    woken: Receiver<usize>,
    sender: Sender<usize>,
}

/// The safe way to what the listings before made by hand: `Wake` for an `Arc`.
struct WakesTask(Sender<usize>, usize);

impl Wake for WakesTask {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(self.1);
    }
}

// ANCHOR: block_on
impl Executor {
    fn block_on(mut self, future: BoxedFuture) {
        self.tasks.push(Some(future));
        self.sender.send(0).unwrap();
        for index in self.woken.iter() {
            let waker = Waker::from(Arc::new(WakesTask(self.sender.clone(), index)));
            if let Some(task) = &mut self.tasks[index]
                && let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(&waker))
            {
                println!("[executor] got {output}");
                self.tasks[index] = None;
                if index == 0 {
                    return;
                }
            }
        }
    }
}
// ANCHOR_END: block_on

fn main() {
    let (sender, woken) = channel();
    Executor { tasks: Vec::new(), woken, sender }.block_on(Box::pin(async { 123 }));
    println!("[main] done");
}
// ANCHOR_END: all
