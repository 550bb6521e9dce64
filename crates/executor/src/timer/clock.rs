//! What time it is, and which tick of a wheel.

use crate::sync::Arc;
use crate::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Release},
};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The clock of the system, or one that stands still until somebody sets it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Clock(Option<Arc<Virtual>>);

#[derive(Debug)]
struct Virtual {
    start: Instant,
    nanoseconds: AtomicU64,
}

/// The clock of whoever asks.
///
/// A deterministic executor has a virtual one; everywhere else it is that of the system.
pub(crate) fn current_clock() -> Clock {
    Clock::default()
}

impl Clock {
    /// Later than every tick of an instant.
    pub(crate) const NEVER: u64 = u64::MAX;

    /// A tick of the system's clock is 2^16 ns, about 66 µs. The kernel lets a thread sleep 50 µs
    /// too long in any case, and what falls due in the same tick costs one sleep.
    const REAL_SHIFT: u32 = 16;

    /// A virtual clock, which starts at any time.
    #[allow(dead_code, reason = "for the deterministic mode")]
    pub(crate) fn new_virtual() -> Self {
        let start = Instant::now();
        Self(Some(Arc::new(Virtual { start, nanoseconds: AtomicU64::new(0) })))
    }

    pub(crate) fn now(&self) -> Instant {
        match &self.0 {
            None => Instant::now(),
            Some(own) => {
                // Acquire: pairs with the Release in `advance_to`.
                own.start + Duration::from_nanos(own.nanoseconds.load(Acquire))
            }
        }
    }

    /// Set a virtual clock forward. It does not go back, and the system's cannot be set: then this
    /// does nothing.
    #[allow(dead_code, reason = "for the deterministic mode")]
    pub(crate) fn advance_to(&self, now: Instant) {
        if let Some(own) = &self.0 {
            // Release: pairs with the Acquire in `now`.
            own.nanoseconds.fetch_max(self.nanoseconds(now, 0), Release);
        }
    }

    /// The tick that has come at `instant`.
    pub(crate) fn tick_at(&self, instant: Instant) -> u64 {
        self.nanoseconds(instant, 0) >> self.shift()
    }

    /// The first tick that is not before `instant`.
    pub(crate) fn tick_after(&self, instant: Instant) -> u64 {
        self.nanoseconds(instant, (1 << self.shift()) - 1) >> self.shift()
    }

    /// When `tick` comes. `None` if that is centuries away: nobody waits for it.
    pub(crate) fn instant_of(&self, tick: u64) -> Option<Instant> {
        let nanoseconds = tick.checked_mul(1 << self.shift())?;
        self.start().checked_add(Duration::from_nanos(nanoseconds))
    }

    /// Nanoseconds since the start, and `more`. Instants before the start count as the start, those
    /// centuries after it are all the same.
    fn nanoseconds(&self, instant: Instant, more: u64) -> u64 {
        let since = instant.saturating_duration_since(self.start()).as_nanos();
        let sum = since.saturating_add(more.into());
        u64::try_from(sum).unwrap_or(Self::NEVER).min(Self::NEVER - 1)
    }

    /// When tick 0 was. On the system's clock that is any time before all others, the same for all.
    fn start(&self) -> Instant {
        static START: OnceLock<Instant> = OnceLock::new();
        self.0.as_ref().map_or_else(|| *START.get_or_init(Instant::now), |own| own.start)
    }

    /// Virtual time is exact: its tick is a nanosecond.
    fn shift(&self) -> u32 {
        if self.0.is_some() { 0 } else { Self::REAL_SHIFT }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Clock;
    use std::time::Duration;

    #[test]
    fn a_deadline_is_rounded_up_and_now_down() {
        let clock = Clock::default();
        let start = clock.start();
        let at = |ns| start + Duration::from_nanos(ns);
        for (ns, down, up) in [(0, 0, 0), (1, 0, 1), (65_535, 0, 1), (65_536, 1, 1), (65_537, 1, 2)]
        {
            assert_eq!((clock.tick_at(at(ns)), clock.tick_after(at(ns))), (down, up));
        }
        assert_eq!(clock.instant_of(3), Some(at(3 << 16)));
        // A thousand years, and what was before the start.
        let far = clock.tick_after(start + Duration::from_secs(1_000 * 366 * 86_400));
        assert_eq!(far, (Clock::NEVER - 1) >> 16);
        assert!(clock.tick_at(clock.now()) < far);
        assert_eq!(clock.instant_of(Clock::NEVER - 1), None);
        if let Some(before) = start.checked_sub(Duration::from_nanos(1)) {
            assert_eq!((clock.tick_at(before), clock.tick_after(before)), (0, 0));
        }
    }

    #[test]
    fn a_virtual_clock_goes_only_where_it_is_set() {
        let clock = Clock::new_virtual();
        let start = clock.now();
        let at = |ns| start + Duration::from_nanos(ns);
        assert_eq!(clock.now(), start);
        clock.clone().advance_to(at(7));
        assert_eq!(clock.now(), at(7));
        clock.advance_to(at(5));
        assert_eq!(clock.now(), at(7));
        assert_eq!((clock.tick_at(at(9)), clock.tick_after(at(9))), (9, 9));
        assert_eq!(clock.instant_of(9), Some(at(9)));
        // The system's cannot be set.
        let real = Clock::default();
        let later = real.now() + Duration::from_secs(1 << 40);
        real.advance_to(later);
        assert!(real.now() < later);
    }
}
