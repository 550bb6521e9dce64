//! Time, without a poll in between.
//!
//! A [`Sleep`] that is polled leaves its waker, under its deadline, with the [`Driver`] whose thread
//! will be woken by that waker. The driver sleeps until the earliest deadline it knows. Nobody polls
//! in between: a waiting program uses no processor time. [`Interval`] and [`Timeout`] are made of a
//! [`Sleep`].
//!
//! Which driver that is, the waker itself tells: those of this crate are known by the address of
//! their tables. A waker of another executor, or one that a combinator wraps around ours, belongs to
//! a thread that serves them all and is started when the first of them comes.
//!
//! | file | what is in it |
//! |---|---|
//! | `clock` | what time it is: the system's, or a virtual one |
//! | `wheel` | what is due when, in ticks; knows neither clocks nor wakers |
//! | `timers` | a clock, and a wheel of wakers under a lock: one for each driver |
//! | `place` | whose timers a waker belongs to |
//! | `sleep` | [`Sleep`] |
//! | `interval`, `timeout` | [`Interval`], [`Timeout`] |
//!
//! [`Driver`]: crate::driver::Driver

mod clock;
mod interval;
mod place;
mod sleep;
mod timeout;
mod timers;
mod wheel;

pub use interval::{Interval, MissedTicks, interval, interval_at};
pub(crate) use place::TimersRef;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
pub(crate) use timers::Timers;
