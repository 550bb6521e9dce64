//! Ticks at equal distances.

use super::clock::current_clock;
use super::sleep::{Sleep, sleep_until};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// What an [`Interval`] does when a tick was asked for too late.
///
/// With a period of 50 ms, and a second tick that is asked for only at 180:
///
/// ```text
/// due         0    50   100   150   200   250   300
/// Burst       0                    180 180 180 200   250   300
/// Delay       0                    180              230   280
/// Skip        0                    180     200   250   300
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub enum MissedTicks {
    /// Give all that were missed, one right after the other. In the long run there are as many ticks
    /// as periods.
    #[default]
    Burst,
    /// Count anew from the late one: the next comes a period after it. A tick counts as late from
    /// 5 ms on; the delay of an ordinary wake does not add up.
    Delay,
    /// Leave out those that were missed, and go on with the next that is not yet due. All ticks are
    /// multiples of the period.
    Skip,
}

impl MissedTicks {
    /// What [`Delay`](Self::Delay) takes for an ordinary wake.
    const ON_TIME: Duration = Duration::from_millis(5);

    /// The tick after the one that was due at `due` and is given `now`.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Option<Instant> {
        let late = now.saturating_duration_since(due);
        match self {
            Self::Delay if late > Self::ON_TIME => now.checked_add(period),
            Self::Skip if late >= period => now.checked_add(period - remainder(late, period)),
            Self::Burst | Self::Delay | Self::Skip => due.checked_add(period),
        }
    }
}

fn remainder(duration: Duration, period: Duration) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let rest = duration.as_nanos() % period.as_nanos();
    // Less than the period, so that the seconds fit.
    Duration::new((rest / SECOND) as u64, (rest % SECOND) as u32)
}

/// Ticks at equal distances. Made by [`interval`] and [`interval_at`].
///
/// It works on any executor, and is a [`Sleep`] in all that concerns exactness and cost.
pub struct Interval {
    sleep: Sleep,
    period: Duration,
    missed: MissedTicks,
}

impl Interval {
    /// Wait for the next tick. Gives the instant at which it was due.
    ///
    /// To drop the future before it is ready loses no tick.
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    /// The same, for whoever polls by hand.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        let Some(due) = self.sleep.deadline() else { return Poll::Pending };
        ready!(Pin::new(&mut self.sleep).poll(cx));
        let next = self.missed.next(due, current_clock().now(), self.period);
        self.sleep.reset_or_never(next);
        Poll::Ready(due)
    }

    /// Let the next tick come a period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{block_on, interval};
    /// use std::time::{Duration, Instant};
    ///
    /// let period = Duration::from_millis(20);
    /// let mut ticks = interval(period);
    /// let before = Instant::now();
    /// // Not the first tick at once, then.
    /// ticks.reset();
    /// assert!(block_on(ticks.tick()) >= before + period);
    /// ```
    pub fn reset(&mut self) {
        self.sleep.reset_or_never(current_clock().now().checked_add(self.period));
    }

    /// The distance between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// What it does about ticks that are asked for too late; [`MissedTicks::Burst`] unless it was set.
    pub fn missed_ticks(&self) -> MissedTicks {
        self.missed
    }

    /// Set what it does about ticks that are asked for too late.
    pub fn set_missed_ticks(&mut self, missed: MissedTicks) {
        self.missed = missed;
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interval")
            .field("next", &self.sleep.deadline())
            .field("period", &self.period)
            .field("missed", &self.missed)
            .finish_non_exhaustive()
    }
}

/// Ticks every `period`, the first of them at once.
///
/// A tick past the end of the clock never comes. For ticks that are asked for too late, see
/// [`MissedTicks`].
///
/// # Panics
///
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// use executor::{block_on, interval};
/// use std::time::{Duration, Instant};
///
/// let period = Duration::from_millis(10);
/// block_on(async {
///     let mut ticks = interval(period);
///     let first = ticks.tick().await;
///     assert!(first <= Instant::now());
///     assert_eq!(ticks.tick().await, first + period);
///     assert_eq!(ticks.tick().await, first + 2 * period);
/// });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(current_clock().now(), period)
}

/// Ticks every `period`, the first of them at `start`.
///
/// # Panics
///
/// If `period` is zero.
///
/// # Examples
///
/// ```
/// use executor::{block_on, interval_at};
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now() + Duration::from_millis(20);
/// let mut ticks = interval_at(start, Duration::from_millis(10));
/// assert_eq!(block_on(ticks.tick()), start);
/// assert!(Instant::now() >= start);
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "the period of an interval must not be zero");
    Interval { sleep: sleep_until(start), period, missed: MissedTicks::default() }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::MissedTicks::{self, Burst, Delay, Skip};
    use std::time::{Duration, Instant};

    /// The next tick in milliseconds, when the one due at `due` is given at `now`, every 50.
    fn next(missed: MissedTicks, due: u64, now: u64) -> u128 {
        let zero = Instant::now();
        let at = |ms| zero + Duration::from_millis(ms);
        let next = missed.next(at(due), at(now), Duration::from_millis(50));
        (next.expect("not that late") - zero).as_millis()
    }

    #[test]
    fn the_table_of_missed_ticks() {
        for missed in [Burst, Delay, Skip] {
            assert_eq!(next(missed, 0, 0), 50);
            assert_eq!(next(missed, 50, 55), 100);
        }
        assert_eq!([Burst, Delay, Skip].map(|missed| next(missed, 50, 56)), [100, 106, 100]);
        assert_eq!([Burst, Delay, Skip].map(|missed| next(missed, 50, 100)), [100, 150, 150]);
        assert_eq!([Burst, Delay, Skip].map(|missed| next(missed, 50, 180)), [100, 230, 200]);
        assert_eq!([Burst, Delay, Skip].map(|missed| next(missed, 50, 200)), [100, 250, 250]);
    }

    #[test]
    fn a_tick_past_the_end_of_the_clock() {
        let now = Instant::now();
        for missed in [Burst, Delay, Skip] {
            assert_eq!(missed.next(now, now, Duration::MAX), None);
        }
        let second = Duration::from_secs(1);
        let tenth = second / 10;
        assert_eq!(Skip.next(now, now + 40 * second + tenth, second), Some(now + 41 * second));
        let long = Duration::from_secs(1 << 36);
        assert_eq!(Skip.next(now, now + long + tenth, long), Some(now + 2 * long));
    }
}
