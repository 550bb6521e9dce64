//! What a thread that polls futures sleeps on: a parker, and the timers that end its sleep.

use crate::parker::Parker;
use crate::sync::thread::Thread;
use crate::timer::Timers;
use std::time::Instant;

/// A [`Parker`] and the [`Timers`] that its thread fires between two sleeps.
///
/// There is one for each `block_on`, one for each `Executor`, and one for the thread that serves
/// futures on executors of others.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) parker: Parker,
    pub(crate) timers: Timers,
}

impl Driver {
    pub(crate) fn new(thread: Thread) -> Self {
        Self { parker: Parker::new(thread), timers: Timers::new() }
    }

    /// Fire what is due, then sleep until the next deadline or the next wake, then fire again.
    pub(crate) fn wait(&self) {
        self.fire();
        // Asked for only now: what was woken may have run here and then, and left a new timer. From
        // this thread that rings no parker; from another it does, and the sleep ends at once.
        match self.timers.next_deadline() {
            None => self.parker.park(),
            Some(deadline) => {
                self.parker.park_until(deadline);
                self.fire();
            }
        }
    }

    /// Wake the futures whose deadline has passed.
    pub(crate) fn fire(&self) {
        if !self.timers.is_empty() {
            self.timers.fire(Instant::now());
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Driver;
    use std::sync::{Arc, Mutex, mpsc};
    use std::task::{Wake, Waker};
    use std::thread;
    use std::time::{Duration, Instant};

    /// Runs its job when it is woken, as an executor may that polls in `wake`.
    struct Runs(Mutex<Option<Box<dyn FnOnce() + Send>>>);

    impl Runs {
        fn waker(job: impl FnOnce() + Send + 'static) -> Waker {
            Arc::new(Self(Mutex::new(Some(Box::new(job))))).into()
        }
    }

    impl Wake for Runs {
        fn wake(self: Arc<Self>) {
            let job = self.0.lock().expect("nobody panics").take();
            job.into_iter().for_each(|job| job());
        }
    }

    #[test]
    fn a_timer_that_a_wake_leaves_behind_is_slept_for() {
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let driver = Arc::new(Driver::new(thread::current()));
            let (again, now) = (driver.clone(), Instant::now());
            // Due at once; its wake leaves a timer for later, and no other is there.
            driver.timers.insert(
                now,
                Runs::waker(move || {
                    let done = Runs::waker(move || tell.send(()).expect("somebody waits"));
                    again.timers.insert(now + Duration::from_millis(20), done);
                }),
            );
            while !driver.timers.is_empty() {
                driver.wait();
            }
        });
        told.recv_timeout(Duration::from_secs(20)).expect("the driver sleeps for ever");
        thread.join().expect("the driver's thread ends");
    }
}
