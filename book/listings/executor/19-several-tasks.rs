//! Several tasks take turns on one thread.
//@ check-pass
// ANCHOR: all
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Wake, Waker};

type BoxedFuture = Pin<Box<dyn Future<Output = u32>>>;

struct WakesTask(Sender<usize>, usize);

impl Wake for WakesTask {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(self.1);
    }
}

// ANCHOR: run
fn run(futures: Vec<BoxedFuture>) {
    let (sender, woken) = channel();
    let mut tasks: Vec<_> = futures.into_iter().map(Some).collect();
    for index in 0..tasks.len() {
        sender.send(index).unwrap();
    }
    // While the list has a task in it, somebody holds a waker, or nobody ever will.
    while tasks.iter().any(Option::is_some) {
        let index = woken.recv().unwrap();
        let waker = Waker::from(Arc::new(WakesTask(sender.clone(), index)));
        if let Some(task) = &mut tasks[index]
            && let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(&waker))
        {
            println!("[executor] task {index} gave {output}");
            tasks[index] = None;
        }
    }
}
// ANCHOR_END: run

async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn main() {
    let task = |name: &'static str, steps: u32| -> BoxedFuture {
        Box::pin(async move {
            for step in 1..=steps {
                println!("{name}: step {step} of {steps}");
                yield_now().await;
            }
            steps
        })
    };
    run(vec![task("one", 3), task("two", 1), task("three", 2)]);
}
// ANCHOR_END: all
