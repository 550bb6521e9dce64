//! An async executor built from a hand-made waker up: [`block_on`], a pool of threads that steal tasks from each
//! other, an executor for tasks that stay on one thread, timers that do not burn a core, and a deterministic mode that
//! replays a failing order by its seed.
//!
//! ```
//! use executor::{Executor, block_on, sleep};
//! use std::time::Duration;
//!
//! let executor = Executor::new();
//! let slow = executor.spawn(async {
//!     sleep(Duration::from_millis(20)).await;
//!     "slow"
//! });
//! let quick = executor.spawn(async { 7 });
//!
//! block_on(async {
//!     assert_eq!(quick.await.unwrap(), 7);
//!     assert_eq!(slow.await.unwrap(), "slow");
//! });
//! executor.join();
//! ```
//!
//! | to run | use |
//! |---|---|
//! | one future, on this thread | [`block_on`] |
//! | tasks, on all processors | [`Executor`], and [`Spawner`] for tasks that spawn |
//! | tasks that are not `Send` | [`LocalExecutor`] |
//! | tasks that borrow from the caller | [`Executor::scope`] |
//! | calls that block | [`Executor::spawn_blocking`] |
//! | tasks in an order that a seed decides, in virtual time | [`Simulation`] |
//!
//! # What it promises
//!
//! - **No wake is lost**, from whichever thread and at whatever moment: before, during and after a
//!   poll. What was written before a wake is seen by the poll after it. Waking never waits for another thread's task and
//!   never allocates.
//! - **Each future is dropped exactly once**: when it is ready, when it is cancelled, or when the
//!   executor ends, wherever its wakers still are.
//! - **A panic ends its own task alone**, in a poll or in a drop, and whoever awaits the task is
//!   told.
//! - **No task starves another one**: not one that always wakes itself, nor two that wake each other, nor a flood from
//!   outside, nor one of a higher [`Priority`]. What waits behind a poll that blocks is taken by another worker.
//! - **One allocation a task**, for its state, its future and its result: the larger of future and
//!   result, plus at most 96 bytes, on 64-bit systems, at ordinary alignment and without the feature `tracing`.
//! - **An idle executor sleeps.** Timers wake it for the next deadline, and when another thread leaves
//!   one that is earlier than all it knows.
//! - No undefined behaviour that Miri can find, with both of its aliasing models, strict provenance,
//!   symbolic alignment and the leak check on; and the protocols between threads are explored by
//!   loom. The tests run that way.
//!
//! # Features
//!
//! None is on by default, and none costs anything when it is off.
//!
//! | feature | what it adds |
//! |---|---|
//! | `futures-task` | `futures_task::Spawn` and `LocalSpawn` for executors and spawners |
//! | `hyper` | `hyper::rt::Executor` for spawners, `HyperTimer`, and [`Sleep`] is a `hyper::rt::Sleep` |
//! | `tracing` | a span for each task and an event for each use of a waker, as tokio-console wants them |
//!
//! # What it does not do
//!
//! - It has no sockets and no files. Crates that bring their own thread for these (async-io and
//!   those built on it) need nothing but a correct waker, and work. One that would rather have the workers wait in it
//!   is a [`Reactor`].
//! - It does not interrupt a poll: a task that computes for long, or blocks, has its worker to itself meanwhile.
//!
//! # The map
//!
//! | module | what is in it | unsafe code |
//! |---|---|---|
//! | `block_on` | [`block_on`] | forbidden |
//! | `parker` | a thread's sleep, and the word that ends it | forbidden |
//! | `driver` | a parker and its timers | forbidden |
//! | `timer` | [`Sleep`], [`Interval`], [`Timeout`]; below them a timing wheel for each thread | forbidden |
//! | `waker` | a `RawWaker` by hand, over an allocation that counts its pointers | yes |
//! | `task::state` | a task's state in one word, and the table of its steps | forbidden |
//! | `task::header`, `task::raw` | the allocation; a task whose type is forgotten | yes |
//! | `task::handle`, `task::join` | [`Task`], [`JoinHandle`] | yes |
//! | `task::waker`, `task::list` | wakers, and the list of tasks that wait, through the header | yes |
//! | `scheduler` | what a wake pushes to, and how the references to it are counted in bulk | yes |
//! | `executor` | [`Executor`], [`Builder`], [`Spawner`] | yes |
//! | `pool` | the workers: how one chooses, sleeps, steals, and how all end; calls that block | yes |
//! | `ring`, `inject` | a worker's own queue; the queue of all | yes |
//! | `local` | [`LocalExecutor`] | yes |
//! | `metrics`, `timeline` | [`Metrics`], [`Timeline`]: what is done, in numbers and as a picture | forbidden |
//! | `scope` | [`Scope`], [`ScopedTask`] | yes |
//! | `reactor` | [`Reactor`]: what workers wait in, beside tasks and timers | forbidden |
//! | `trace` | a task's span, with the feature `tracing` | forbidden |
//! | `futures_task`, `hyper` | the traits of others, each behind the feature of its name | forbidden |
//! | `simulation` | [`Simulation`]: one thread, a seed that decides, virtual time | yes |
//! | `error` | [`TaskError`], [`Payload`] | yes |
//! | `sync` | `std` or loom | none |
//!
//! The protocol between the parts is written down in `task/mod.rs`, as numbered rules that the
//! `SAFETY` comments refer to.

#[forbid(unsafe_code)]
mod block_on;
#[forbid(unsafe_code)]
mod driver;
mod error;
mod executor;
#[cfg(feature = "futures-task")]
#[forbid(unsafe_code)]
mod futures_task;
#[cfg(feature = "hyper")]
#[forbid(unsafe_code)]
mod hyper;
mod inject;
mod local;
#[forbid(unsafe_code)]
mod metrics;
#[cfg(loom)]
#[doc(hidden)]
pub mod model;
#[forbid(unsafe_code)]
mod parker;
mod pool;
#[forbid(unsafe_code)]
mod reactor;
mod ring;
mod scheduler;
#[cfg(not(loom))]
mod scope;
mod simulation;
#[forbid(unsafe_code)]
mod sync;
mod task;
#[forbid(unsafe_code)]
mod timeline;
#[forbid(unsafe_code)]
mod timer;
#[cfg(feature = "tracing")]
#[forbid(unsafe_code)]
mod trace;
#[cfg(not(feature = "tracing"))]
#[forbid(unsafe_code)]
#[path = "no_trace.rs"]
mod trace;
mod waker;

#[cfg(feature = "hyper")]
pub use crate::hyper::HyperTimer;
pub use block_on::block_on;
pub use error::{Payload, TaskError};
pub use executor::{Builder, Executor, Left, Spawner};
pub use local::{LocalExecutor, LocalSpawner};
pub use metrics::{Histogram, Metrics, WorkerMetrics};
pub use reactor::Reactor;
#[cfg(not(loom))]
pub use scope::{Scope, ScopedTask};
pub use simulation::{Failure, Simulation, SimulationError, SimulationSpawner, Waiting};
/// For the diagram in the book.
#[doc(hidden)]
pub use task::state::table as state_table;
pub use task::{JoinHandle, Priority, Task, TaskOptions};
pub use timeline::Timeline;
pub use timer::{
    Elapsed, Interval, MissedTicks, Sleep, Timeout, interval, interval_at, sleep, sleep_until,
    timeout, timeout_at,
};
