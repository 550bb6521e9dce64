//! Runs that can be repeated: one thread, a seed that decides, and a clock that jumps.
//!
//! | file | what is in it | unsafe code |
//! |---|---|---|
//! | `mod` | [`Simulation`], [`SimulationSpawner`]: tasks are made, run and dropped here | yes |
//! | `world` | which tasks are ready, which of them is next, what time it is | a `Send` |
//! | `current` | which simulation runs on this thread, for whoever asks the time | yes |
//! | `random` | the generator | forbidden |
//! | `error` | [`SimulationError`], [`Failure`] | forbidden |

mod current;
#[forbid(unsafe_code)]
mod error;
#[forbid(unsafe_code)]
mod random;
mod world;

pub(crate) use current::current_driver;
pub use error::{Failure, SimulationError, Waiting};
pub(crate) use world::World;

use crate::error::{Payload, TaskError};
use crate::scheduler::{Kind, SchedulerRef};
use crate::sync::catch_unwind;
use crate::task::handle::NewTask;
use crate::task::header::{self, Listed, Run};
use crate::task::{Task, TaskOptions, TaskPtr};
use current::Entered;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// An executor whose every choice a seed decides, and whose time is virtual: the same seed, the same run.
///
/// Of the tasks that are ready it runs one that its generator chooses, whatever the order in which they were woken.
/// When none is ready, its clock jumps to the next deadline; so a day of [`sleep`](crate::sleep) takes no time. When there
/// is no deadline either, that is a deadlock, and an error that names the tasks that wait.
///
/// For tests: what is wrong in one order of many is found by trying seeds, and found again by the seed.
///
/// # Examples
///
/// Two tasks add one to a number, and forget that another one may run while they wait:
///
/// ```
/// use executor::Simulation;
/// use std::{cell::Cell, rc::Rc};
/// # async fn yield_now() {
/// #     let mut yielded = false;
/// #     std::future::poll_fn(|cx| {
/// #         cx.waker().wake_by_ref();
/// #         if std::mem::replace(&mut yielded, true) {
/// #             std::task::Poll::Ready(())
/// #         } else {
/// #             std::task::Poll::Pending
/// #         }
/// #     })
/// #     .await;
/// # }
///
/// async fn add_one(number: Rc<Cell<u32>>) {
///     let read = number.get();
///     yield_now().await; // or anything that waits
///     number.set(read + 1);
/// }
///
/// fn both_count(simulation: &Simulation) {
///     let number = Rc::new(Cell::new(0));
///     for _ in 0..2 {
///         simulation.spawn(add_one(number.clone())).detach();
///     }
///     simulation.run().unwrap();
///     assert_eq!(number.get(), 2, "an update was lost");
/// }
///
/// // With some seeds, one task is done before the other one begins. Not with all:
/// let failure = Simulation::explore(0..100, both_count).unwrap_err();
/// println!("{failure}");
///
/// // The seed gives the same run again, now with all that one may want to print.
/// let again = Simulation::explore([failure.seed], both_count).unwrap_err();
/// assert_eq!(again.trace, failure.trace);
/// assert!(again.payload.message().unwrap().contains("an update was lost"));
/// ```
///
/// Virtual time:
///
/// ```
/// use executor::{Simulation, sleep};
/// use std::time::Duration;
///
/// let day = Duration::from_secs(24 * 60 * 60);
/// let simulation = Simulation::new(1);
/// simulation.block_on(async { sleep(day).await })?;
/// assert_eq!(simulation.elapsed(), day);
/// # Ok::<(), executor::SimulationError>(())
/// ```
///
/// It stays on its thread:
///
/// ```compile_fail
/// let simulation = executor::Simulation::new(1);
/// std::thread::spawn(move || simulation.run());
/// ```
///
/// # What it takes for the same seed to give the same run
///
/// Tasks that do the same each time. They ask [`now`](SimulationSpawner::now) for the time, not
/// [`Instant::now`], and nobody for numbers that are not seeded; the order of a `HashMap` is one of those.
///
/// A [`sleep`](crate::sleep), [`interval`](crate::interval) or [`timeout`](crate::timeout) counts from the time of where it is made: make it
/// inside, in an `async` block, not as an argument of [`block_on`](Self::block_on) or [`spawn`](Self::spawn).
///
/// # Other threads
///
/// When another thread wakes a task, or cancels one, no seed decides. Such a wake is refused, and the run ends with
/// [`SimulationError::OtherThread`]. It is not the waking thread that panics: the mistake lies with the test. Only a
/// wake that meets its task in the middle of a poll is not noticed. A call that would let the thread sleep, such as
/// a [`block_on`](crate::block_on) of something that is not ready, panics.
///
/// # What it does not try
///
/// A task goes on undisturbed from one `await` to the next, and time stands still while a task is ready. What
/// happens between threads, within a poll, is for loom.
///
/// # The end
///
/// Dropping it drops every task that is left, in the order in which they were spawned.
pub struct Simulation {
    spawner: SimulationSpawner,
}

/// Spawns tasks on a [`Simulation`], and knows its time. For its tasks.
///
/// # Examples
///
/// ```
/// use executor::{Simulation, sleep};
/// use std::time::Duration;
///
/// let simulation = Simulation::new(1);
/// let spawner = simulation.spawner();
/// simulation.block_on(async {
///     let start = spawner.now();
///     let naps = [30, 10, 20].map(|ms| spawner.spawn(async move { sleep(Duration::from_millis(ms)).await }));
///     for nap in naps {
///         nap.await.unwrap();
///     }
///     assert_eq!(spawner.now() - start, Duration::from_millis(30));
/// })?;
/// # Ok::<(), executor::SimulationError>(())
/// ```
#[derive(Clone)]
pub struct SimulationSpawner {
    /// Of the kind [`Kind::Simulation`].
    scheduler: SchedulerRef,
    /// It belongs to its thread.
    not_send: PhantomData<*mut ()>,
}

impl Simulation {
    /// A simulation for this thread.
    pub fn new(seed: u64) -> Self {
        let scheduler = SchedulerRef::new(Kind::Simulation(World::new(seed)));
        Self { spawner: SimulationSpawner { scheduler, not_send: PhantomData } }
    }

    /// Run `test` with each seed, until it panics.
    ///
    /// # Errors
    ///
    /// The first seed with which it does.
    ///
    /// # Examples
    ///
    /// See [`Simulation`].
    pub fn explore(
        seeds: impl IntoIterator<Item = u64>,
        test: impl Fn(&Self),
    ) -> Result<(), Failure> {
        for seed in seeds {
            let simulation = Self::new(seed);
            if let Err(payload) = catch_unwind(|| test(&simulation)) {
                let (trace, payload) = (simulation.trace(), Payload::new(payload));
                return Err(Failure { seed, trace, payload });
            }
        }
        Ok(())
    }

    /// What decides.
    pub fn seed(&self) -> u64 {
        self.world().seed()
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        self.world().now()
    }

    /// The virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        self.world().elapsed()
    }

    /// The numbers of the tasks that have run, in that order. A run is a poll, or the drop of a future that was
    /// cancelled. Tasks have numbers in the order in which they were spawned, from 0; a
    /// [`block_on`](Self::block_on) counts as one.
    ///
    /// It grows by 4 bytes a run.
    pub fn trace(&self) -> Vec<u32> {
        self.world().trace()
    }

    /// A handle that can spawn, for tasks.
    pub fn spawner(&self) -> SimulationSpawner {
        self.spawner.clone()
    }

    /// Run `future` whenever the seed will have it, while somebody waits in [`block_on`](Self::block_on) or
    /// [`run`](Self::run). It need not be `Send`.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        self.spawner.spawn(future)
    }

    /// Run `future` to its end, as one task among the others, and return its output.
    ///
    /// Tasks that have not ended then stay, and run the next time.
    ///
    /// # Errors
    ///
    /// If it cannot end: see [`SimulationError`]. The future is dropped.
    ///
    /// # Panics
    ///
    /// If the future does: the panic passes through.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, SimulationError> {
        let _entered = self.enter();
        // SAFETY: this is the thread. `Main` ends the future, if it has not ended, and drops the output before
        // this returns: what they borrow lives longer.
        let new = unsafe { Task::allocate(future, self.scheduler().clone(), TaskOptions::new()) };
        let task = new.task;
        let mut main = Main { simulation: self, task, handle: self.spawner.start(new) };
        while !main.handle.is_finished() {
            self.step()?;
        }
        match Pin::new(&mut main.handle).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(output)) => Ok(output),
            Poll::Ready(Err(TaskError::Panicked(payload))) => {
                std::panic::resume_unwind(payload.into_inner())
            }
            Poll::Ready(Err(TaskError::Cancelled)) | Poll::Pending => {
                unreachable!("it is finished, and nobody has cancelled it")
            }
        }
    }

    /// Run tasks until all have ended, those that tasks spawn meanwhile included.
    ///
    /// # Errors
    ///
    /// If they cannot end: see [`SimulationError`].
    pub fn run(&self) -> Result<(), SimulationError> {
        let _entered = self.enter();
        while !self.world().is_finished() {
            self.step()?;
        }
        Ok(())
    }

    fn scheduler(&self) -> &SchedulerRef {
        &self.spawner.scheduler
    }

    fn world(&self) -> &World {
        self.spawner.world()
    }

    fn enter(&self) -> Entered<'_> {
        Entered::new(self.world().driver())
    }

    /// Run a task, or if none is ready, let time pass.
    fn step(&self) -> Result<(), SimulationError> {
        match self.world().choose()? {
            Some(task) => {
                self.run_task(task);
                Ok(())
            }
            None => self.world().pass_time(),
        }
    }

    fn run_task(&self, task: TaskPtr) {
        // `World` knows all tasks, so they are in no list.
        // SAFETY: the task was ready and has been chosen; this is the thread.
        match unsafe { header::run(task, |_| Listed::NOWHERE) } {
            Run::Idle => {}
            Run::Again => {
                // SAFETY: `run` says that the task must be pushed; the executor's reference keeps it.
                unsafe { self.world().push(task) };
            }
            Run::Completed(_) => {
                self.world().forget(task);
                // SAFETY: the executor's reference, and its last use.
                unsafe { header::drop_reference(task) };
            }
        }
    }
}

/// The future of [`Simulation::block_on`].
struct Main<'a, T> {
    simulation: &'a Simulation,
    task: TaskPtr,
    handle: Task<T>,
}

impl<T> Drop for Main<'_, T> {
    fn drop(&mut self) {
        if !self.handle.is_finished() {
            self.simulation.world().withdraw(self.task);
            // SAFETY: it is not completed, and was withdrawn. While it is dropped it is running, and so is not
            // pushed; later it is completed.
            unsafe { abandon(self.task) };
        }
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let _entered = self.enter();
        for task in self.world().close() {
            // SAFETY: it is not completed; nobody runs a task any more, and the world is closed.
            unsafe { abandon(task) };
        }
        self.world().driver().timers.clear();
    }
}

/// Drop the future of a task, and give back the executor's reference.
///
/// # Safety
///
/// As for [`header::seize`]; and the executor does not use the task again.
unsafe fn abandon(task: TaskPtr) {
    // SAFETY: the caller's promise.
    unsafe { header::seize(task) };
    // SAFETY: the executor's reference, and its last use.
    unsafe { header::drop_reference(task) };
}

impl SimulationSpawner {
    /// Run `future` on the simulation's thread, as [`Simulation::spawn`] does.
    ///
    /// If the simulation has ended, the future is dropped here and now, and the task is cancelled.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        // SAFETY: this is the thread, since a `SimulationSpawner` is not `Send`, and only `Simulation`, which is not
        // either, polls and drops the future. It borrows nothing.
        let new = unsafe { Task::allocate(future, self.scheduler.clone(), TaskOptions::new()) };
        self.start(new)
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        self.world().now()
    }

    /// The virtual time since the simulation's start.
    pub fn elapsed(&self) -> Duration {
        self.world().elapsed()
    }

    #[track_caller]
    fn start<T>(&self, new: NewTask<T>) -> Task<T> {
        // SAFETY: a new task is the caller's to push, and `new.handle` keeps it. This is the thread.
        if !unsafe { self.world().spawn(new.task, Location::caller()) } {
            // SAFETY: the simulation has ended, so it does not have the task, and will not have it.
            unsafe { abandon(new.task) };
        }
        new.handle
    }

    fn world(&self) -> &World {
        match self.scheduler.simulation() {
            Some(world) => world,
            None => unreachable!("made with a simulation"),
        }
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("seed", &self.seed())
            .field("elapsed", &self.elapsed())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SimulationSpawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulationSpawner").finish_non_exhaustive()
    }
}
