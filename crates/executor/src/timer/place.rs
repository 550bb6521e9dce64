//! Whose timers a future leaves its waker with.

use super::Timers;
use crate::scheduler::SchedulerRef;
use crate::sync::spawn_named;
use crate::waker::DriverRef;
use std::sync::OnceLock;
use std::task::Waker;

/// Timers, and whoever sleeps until the first of them.
#[derive(Clone, Debug)]
pub(crate) enum TimersRef {
    /// Those of one thread.
    Driver(DriverRef),
    /// Those of a pool with this number.
    Pool(SchedulerRef, usize),
}

impl TimersRef {
    /// The timers of the executor that `waker` wakes.
    pub(super) fn of(waker: &Waker) -> Self {
        crate::task::timers_of(waker)
            .or_else(|| DriverRef::of(waker).map(Self::Driver))
            .unwrap_or_else(|| Self::Driver(foreign_driver()))
    }

    pub(super) fn timers(&self) -> &Timers {
        match self {
            Self::Driver(driver) => &driver.timers,
            Self::Pool(scheduler, number) => match scheduler.pool() {
                Some(pool) => pool.timers(*number),
                None => unreachable!("made for a pool"),
            },
        }
    }

    /// Whether both are of the same executor.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Driver(one), Self::Driver(other)) => one.is(other),
            (Self::Pool(one, _), Self::Pool(other, _)) => one.as_ptr() == other.as_ptr(),
            _ => false,
        }
    }

    /// Tell of a timer that comes before all others.
    pub(super) fn ring(&self, is_earlier: bool) {
        if !is_earlier {
            return;
        }
        match self {
            // The driver's own thread asks for the next deadline before it sleeps; any other may be asleep
            // until a later one.
            Self::Driver(driver) if driver.parker.is_current() => {}
            Self::Driver(driver) => driver.parker.unpark(),
            Self::Pool(scheduler, _) => {
                scheduler.pool().into_iter().for_each(crate::pool::Pool::rouse_keeper);
            }
        }
    }
}

/// The driver for wakers that are not ours. Its thread lives as long as the process and sleeps
/// unless a timer is due.
fn foreign_driver() -> DriverRef {
    static DRIVER: OnceLock<DriverRef> = OnceLock::new();
    let start = || {
        let (sender, receiver) = crate::sync::mpsc::channel::<DriverRef>();
        let thread = spawn_named("executor-timer", move || {
            if let Ok(driver) = receiver.recv() {
                loop {
                    driver.wait();
                }
            }
        });
        let driver = DriverRef::new(thread.thread().clone());
        // The receiver waits for exactly this.
        let _ = sender.send(driver.clone());
        driver
    };
    DRIVER.get_or_init(start).clone()
}
