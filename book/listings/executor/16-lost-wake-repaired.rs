//! A wake that comes before the sleep leaves a flag up.
//@ check-pass
// ANCHOR: all
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

// ANCHOR: sleeper
#[derive(Default)]
struct Sleeper {
    woken: Mutex<bool>,
    bell: Condvar,
}

impl Sleeper {
    fn sleep(&self) {
        let mut woken = self.woken.lock().unwrap();
        // The flag is read, and the sleep begun, under the lock that the wake takes: nothing fits
        // in between.
        while !*woken {
            woken = self.bell.wait(woken).unwrap();
        }
        *woken = false;
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        *self.woken.lock().unwrap() = true;
        self.bell.notify_one();
    }
}
// ANCHOR_END: sleeper

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let sleeper = Arc::new(Sleeper::default());
    let waker = Waker::from(sleeper.clone());
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => sleeper.sleep(),
        }
    }
}

fn main() {
    let mut polls = 0;
    block_on(poll_fn(|context| {
        polls += 1;
        println!("poll {polls}");
        if polls == 2 {
            return Poll::Ready(());
        }
        // Somebody is quick: the wake is over before this poll is.
        let waker = context.waker().clone();
        thread::spawn(|| waker.wake()).join().unwrap();
        Poll::Pending
    }));
}
// ANCHOR_END: all
