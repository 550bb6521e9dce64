//! An async executor built from a hand-made waker up.

#[forbid(unsafe_code)]
mod block_on;
#[forbid(unsafe_code)]
mod driver;
mod error;
mod executor;
#[cfg(loom)]
#[doc(hidden)]
pub mod model;
#[forbid(unsafe_code)]
mod parker;
mod queue;
mod sync;
mod task;
#[forbid(unsafe_code)]
mod timer;
mod waker;

pub use block_on::block_on;
pub use error::{Payload, TaskError};
pub use executor::{Executor, Spawner};
pub use task::Task;
pub use timer::{Sleep, sleep, sleep_until};
