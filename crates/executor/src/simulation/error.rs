//! What can go wrong in a simulation.

use crate::error::Payload;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

/// Why a [`Simulation`](crate::Simulation) cannot go on.
///
/// # Examples
///
/// ```
/// use executor::{Simulation, SimulationError};
///
/// let simulation = Simulation::new(17);
/// let error = simulation.block_on(std::future::pending::<()>()).unwrap_err();
/// let SimulationError::Deadlock { seed, waiting, .. } = &error else { unreachable!() };
/// assert_eq!((*seed, waiting.len(), waiting[0].number), (17, 1, 0));
/// assert!(error.to_string().starts_with("deadlock with seed 17 after 0ns: waiting are 0 (spawned at "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimulationError {
    /// No task is ready and no timer is left, so nobody will wake anybody.
    #[non_exhaustive]
    Deadlock {
        /// The seed that leads here.
        seed: u64,
        /// The virtual time since the start.
        elapsed: Duration,
        /// The tasks that wait, in the order in which they were spawned.
        waiting: Vec<Waiting>,
    },
    /// Another thread woke or cancelled a task. When it does, no seed decides.
    #[non_exhaustive]
    OtherThread {
        /// The seed of this run, which will not give it again.
        seed: u64,
        /// The task's number.
        number: u32,
    },
}

/// A task that waits, in a [`Deadlock`](SimulationError::Deadlock).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Its number: how many tasks were spawned before it.
    pub number: u32,
    /// Where it was spawned, or [`block_on`](crate::Simulation::block_on) called.
    pub spawned_at: &'static Location<'static>,
}

impl fmt::Display for SimulationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deadlock { seed, elapsed, waiting } => {
                write!(f, "deadlock with seed {seed} after {elapsed:?}: waiting are ")?;
                for (place, task) in waiting.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{} (spawned at {})", task.number, task.spawned_at)?;
                }
                Ok(())
            }
            Self::OtherThread { seed, number } => {
                write!(f, "another thread woke task {number} (seed {seed})")
            }
        }
    }
}

impl Error for SimulationError {}

/// A seed with which a test fails. See [`Simulation::explore`](crate::Simulation::explore).
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The tasks' numbers, in the order in which they ran: see [`Simulation::trace`](crate::Simulation::trace).
    pub trace: Vec<u32>,
    /// What the test's panic carried.
    pub payload: Payload,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.payload.message().unwrap_or("a panic");
        write!(f, "seed {}: {message}; tasks ran in this order: {:?}", self.seed, self.trace)
    }
}

impl Error for Failure {}
