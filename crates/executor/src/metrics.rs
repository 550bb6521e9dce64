//! What an executor does, in numbers.

use std::fmt;
use std::time::Duration;

/// What an executor has done and has to do, at about one moment: see [`Executor::metrics`](crate::Executor::metrics).
///
/// The numbers are read one after the other while the workers go on, so two of them may not belong together by a task or
/// two. Those that count what has happened never go back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// How many tasks were spawned, calls that block included.
    pub spawned: usize,
    /// How many of them have ended.
    pub ended: usize,
    /// How many tasks wait in the queues of all, which other threads push to, by priority: high, normal, low.
    pub injected: [usize; 3],
    /// Each worker.
    pub workers: Vec<WorkerMetrics>,
    /// Calls that block and have begun.
    pub blocking_running: usize,
    /// Calls that block and wait for a thread.
    pub blocking_waiting: usize,
}

impl Metrics {
    /// How many tasks were spawned and have not ended.
    pub fn live(&self) -> usize {
        self.spawned.saturating_sub(self.ended)
    }

    /// How many polls there were.
    pub fn polls(&self) -> usize {
        self.workers.iter().map(|worker| worker.polls).sum()
    }
}

/// One worker of an executor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerMetrics {
    /// How many times it polled a task, or dropped a cancelled one.
    pub polls: usize,
    /// How many times it took tasks from another worker.
    pub steals: usize,
    /// How many tasks those were.
    pub stolen: usize,
    /// How many times it slept.
    pub parks: usize,
    /// How many tasks wait in its own queues, by priority: high, normal, low.
    pub queued: [usize; 3],
    /// How long its polls took, if [`Builder::poll_times`](crate::Builder::poll_times) asked for that.
    pub poll_times: Option<Histogram>,
}

/// How many there were of each length: a class for each power of two of nanoseconds.
#[derive(Clone, PartialEq, Eq)]
pub struct Histogram([usize; Self::CLASSES]);

impl Histogram {
    /// Enough for eighteen minutes; what is longer is in the last one.
    pub(crate) const CLASSES: usize = 41;

    pub(crate) fn new(counts: [usize; Self::CLASSES]) -> Self {
        Self(counts)
    }

    /// The class of a length.
    pub(crate) fn class(length: Duration) -> usize {
        let nanoseconds = u64::try_from(length.as_nanos()).unwrap_or(u64::MAX);
        (u64::BITS - nanoseconds.leading_zeros()).min(Self::CLASSES as u32 - 1) as usize
    }

    /// Each class that is not empty: what is shorter than this and not in the class before, and how many.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{Executor, block_on};
    ///
    /// let executor = Executor::builder().workers(1).poll_times(true).build()?;
    /// block_on(executor.spawn(async {})).unwrap();
    /// let metrics = executor.metrics();
    /// let times = metrics.workers[0].poll_times.as_ref().unwrap();
    /// for (below, count) in times.classes() {
    ///     println!("{count} polls took less than {below:?}");
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn classes(&self) -> impl Iterator<Item = (Duration, usize)> {
        let classes = self.0.iter().copied().enumerate().filter(|(_, count)| *count != 0);
        classes.map(|(class, count)| (Duration::from_nanos(1 << class), count))
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.0.iter().sum()
    }

    /// A length that this share of them (0.5: half) does not reach, to a power of two; `None` if there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use executor::{Executor, block_on};
    /// # let executor = Executor::builder().workers(1).poll_times(true).build()?;
    /// # block_on(executor.spawn(async {})).unwrap();
    /// # let metrics = executor.metrics();
    /// # let times = metrics.workers[0].poll_times.as_ref().unwrap();
    /// println!("99 % of all polls took less than {:?}", times.quantile(0.99));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let wanted = (share.clamp(0.0, 1.0) * self.count() as f64).ceil().max(1.0) as usize;
        let mut seen = 0;
        self.classes().find_map(|(below, count)| {
            seen += count;
            (seen >= wanted).then_some(below)
        })
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (below, count) in self.classes() {
            map.entry(&format_args!("< {below:?}"), &count);
        }
        map.finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_less_than_its_class_and_not_than_the_one_before() {
        let lengths = [0, 1, 2, 3, 4, 1023, 1024, 1025, 999_999_999];
        for length in lengths.map(Duration::from_nanos) {
            let class = Histogram::class(length);
            assert!(length < Duration::from_nanos(1 << class), "{length:?}");
            assert!(class == 0 || length >= Duration::from_nanos(1 << class >> 1), "{length:?}");
        }
        assert_eq!(Histogram::class(Duration::MAX), Histogram::CLASSES - 1);
    }

    #[test]
    fn quantiles() {
        let mut counts = [0; Histogram::CLASSES];
        assert_eq!(Histogram::new(counts).quantile(0.5), None);
        (counts[3], counts[10]) = (98, 2);
        let histogram = Histogram::new(counts);
        assert_eq!(histogram.count(), 100);
        let nanoseconds = |share| histogram.quantile(share).map(|it| it.as_nanos());
        assert_eq!([0.0, 0.5, 0.98].map(nanoseconds), [Some(8); 3]);
        assert_eq!([0.99, 1.0].map(nanoseconds), [Some(1024); 2]);
        assert_eq!(format!("{histogram:?}"), "{< 8ns: 98, < 1.024µs: 2}");
    }
}
