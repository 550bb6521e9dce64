//! One thread sleeps for all timers, until the earliest. Then an earlier one comes.
//@ check-pass
// ANCHOR: all
use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

// ANCHOR: timers
#[derive(Default)]
struct Timers {
    /// By deadline; the number keeps two of the same apart.
    wakers: Mutex<BTreeMap<(Instant, usize), Waker>>,
    changed: Condvar,
}

impl Timers {
    fn insert(&self, deadline: Instant, number: usize, waker: Waker) {
        self.wakers.lock().unwrap().insert((deadline, number), waker);
    }

    fn run(&self) {
        let mut wakers = self.wakers.lock().unwrap();
        while let Some(first) = wakers.first_entry() {
            let left = first.key().0.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let waker = first.remove();
                drop(wakers);
                // Not under the lock: a waker is code of others.
                waker.wake();
                wakers = self.wakers.lock().unwrap();
            } else {
                wakers = self.changed.wait_timeout(wakers, left).unwrap().0;
            }
        }
    }
}
// ANCHOR_END: timers

/// Says when it is woken.
struct Says(&'static str, Instant);

impl Wake for Says {
    fn wake(self: Arc<Self>) {
        let late = self.1.elapsed();
        let when = if late < Duration::from_millis(50) { "in time" } else { "much too late" };
        println!("{}: {when}", self.0);
    }
}

fn main() {
    let timers = Timers::default();
    let start = Instant::now();
    let add = |name, number, millis| {
        let deadline = start + Duration::from_millis(millis);
        timers.insert(deadline, number, Waker::from(Arc::new(Says(name, deadline))));
    };
    add("500 ms", 0, 500);
    let (begun, begins) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            begun.send(()).unwrap();
            timers.run();
        });
        begins.recv().unwrap();
        thread::sleep(Duration::from_millis(10));
        add("100 ms", 1, 100);
    });
}
// ANCHOR_END: all
