//! What the loom models need: an executor without a thread of its own, so that a model has one
//! thread less to explore.

use crate::executor::Spawner;
use crate::parker::Parker;
use crate::pool::{FINISH, Options, Pool, STOP, Worker};
use crate::scheduler::{Kind, SchedulerRef};
use crate::sync::thread;

/// An executor whose tasks run when, and on the thread on which, it is told to end.
#[derive(Debug)]
pub struct Lone {
    spawner: Spawner,
}

impl Default for Lone {
    fn default() -> Self {
        Self::new()
    }
}

impl Lone {
    /// An executor for this thread.
    pub fn new() -> Self {
        let pool = Pool::new([thread::current()], Options::default());
        Self { spawner: Spawner { scheduler: SchedulerRef::new(Kind::Pool(pool)) } }
    }

    /// Spawns on it.
    pub fn spawner(&self) -> &Spawner {
        &self.spawner
    }

    /// Run until all tasks have finished.
    pub fn finish(self) {
        self.end(FINISH);
    }

    /// Drop all tasks.
    pub fn stop(self) {
        self.end(STOP);
    }

    /// Run until another thread has called the function that `f` is given, then drop all tasks.
    pub fn run_until_stopped(self, f: impl FnOnce(Box<dyn FnOnce() + Send>)) {
        let spawner = self.spawner.clone();
        f(Box::new(move || spawner.pool().end(STOP)));
        Worker::new(self.spawner.scheduler, 0).run();
    }

    fn end(self, how: u8) {
        self.spawner.pool().end(how);
        Worker::new(self.spawner.scheduler, 0).run();
    }
}

/// The parker by itself.
#[derive(Debug)]
pub struct Sleeper(Parker);

impl Default for Sleeper {
    fn default() -> Self {
        Self::new()
    }
}

impl Sleeper {
    /// A parker for this thread.
    pub fn new() -> Self {
        Self(Parker::new(thread::current()))
    }

    /// Sleep.
    pub fn park(&self) {
        self.0.park();
    }

    /// Leave the thread's token and take it.
    pub fn waste_token(&self) {
        self.0.waste_token();
    }

    /// End the sleep.
    pub fn unpark(&self) {
        self.0.unpark();
    }

    /// Sleep elsewhere.
    pub fn sleep_in(&self, wait: impl FnOnce()) {
        self.0.sleep_in(wait);
    }

    /// End the sleep, unless it is elsewhere: `true`.
    pub fn end_sleep(&self) -> bool {
        self.0.end_sleep()
    }
}
