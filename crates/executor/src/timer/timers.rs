//! The wakers of one driver, by deadline.

use super::clock::Clock;
use super::wheel::{Key, Wheel};
use crate::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::sync::{Mutex, MutexGuard, contain, lock};
use std::fmt;
use std::task::Waker;
use std::time::Instant;

/// The wakers of one driver, by deadline.
///
/// No waker is woken, cloned or dropped under the lock: that is the code of others, and may come
/// back here. Nor is anything printed: so is that.
///
/// Deadlines are rounded up to ticks of the [`Clock`]. Those in the same tick fire in the order in
/// which they were inserted.
pub(crate) struct Timers {
    clock: Clock,
    /// The wheel's next tick, or [`Clock::NEVER`], so that a driver takes no lock unless something is
    /// due, and without timers reads no clock.
    next: AtomicU64,
    wheel: Mutex<Wheel<Waker>>,
}

impl Timers {
    /// Timers by the system's clock.
    pub(crate) fn new() -> Self {
        Self::with_clock(Clock::default())
    }

    /// Timers by a clock of their own, which goes by [`advance_to`](Self::advance_to) alone.
    pub(crate) fn with_virtual_clock() -> Self {
        Self::with_clock(Clock::new_virtual())
    }

    fn with_clock(clock: Clock) -> Self {
        Self { clock, next: AtomicU64::new(Clock::NEVER), wheel: Mutex::new(Wheel::new(0)) }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Set the virtual clock forward. Nothing fires: that is for [`fire`](Self::fire).
    pub(crate) fn advance_to(&self, now: Instant) {
        self.clock.advance_to(now);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.next() == Clock::NEVER
    }

    /// Add a timer. Also says whether its driver must now wake earlier than it had to before.
    pub(crate) fn insert(&self, deadline: Instant, waker: Waker) -> (Key, bool) {
        let mut wheel = lock(&self.wheel);
        if wheel.is_empty() {
            // Nobody moves a wheel on in which nothing is. From its old place the new timer would
            // have more levels to go through.
            wheel.advance(self.clock.tick_at(self.clock.now()), &mut Vec::new());
        }
        let key = wheel.insert(self.clock.tick_after(deadline), waker);
        (key, self.publish(&wheel))
    }

    /// Move a timer to another deadline. `None` if it has fired, otherwise as for
    /// [`insert`](Self::insert).
    pub(super) fn reset(&self, key: Key, deadline: Instant) -> Option<bool> {
        let mut wheel = lock(&self.wheel);
        let is_there = wheel.reset(key, self.clock.tick_after(deadline));
        is_there.then(|| self.publish(&wheel))
    }

    /// Whether there is still the timer `key`, with a waker as good as `waker`.
    pub(super) fn holds(&self, key: Key, waker: &Waker) -> bool {
        // This compares pointers, and calls nothing.
        lock(&self.wheel).get_mut(key).is_some_and(|held| held.will_wake(waker))
    }

    /// Put `waker` in the place of the one that is there. `Err` gives it back: the timer has fired.
    pub(super) fn replace(&self, key: Key, waker: Waker) -> Result<(), Waker> {
        let old = match lock(&self.wheel).get_mut(key) {
            Some(held) => std::mem::replace(held, waker),
            None => return Err(waker),
        };
        drop(old);
        Ok(())
    }

    pub(super) fn remove(&self, key: Key) {
        let mut wheel = lock(&self.wheel);
        let waker = wheel.remove(key);
        self.publish(&wheel);
        drop(wheel);
        drop(waker);
    }

    /// Wake all that is due at `now`.
    pub(crate) fn fire(&self, now: Instant) {
        let now = self.clock.tick_at(now);
        // Most often nothing is due.
        if now < self.next() {
            return;
        }
        let mut due = Vec::new();
        let mut wheel = lock(&self.wheel);
        wheel.advance(now, &mut due);
        self.publish(&wheel);
        drop(wheel);
        for waker in due {
            // A waker that panics is somebody else's; the other timers must still fire.
            contain(|| waker.wake());
        }
    }

    /// Drop all wakers. Each keeps its task or driver alive, and with it these timers: at the
    /// thread's end the ring must be cut, for the timers of a `Sleep` that was forgotten.
    #[inline]
    pub(crate) fn clear(&self) {
        if !self.is_empty() {
            self.clear_all();
        }
    }

    #[cold]
    fn clear_all(&self) {
        let mut wheel = lock(&self.wheel);
        let wakers = wheel.clear();
        self.publish(&wheel);
        drop(wheel);
        wakers.for_each(drop);
    }

    /// When to [`fire`](Self::fire) next: at the first deadline's tick. It may be before, if a timer was
    /// removed or reset, and nothing due then; the next one is later.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        match self.next() {
            Clock::NEVER => None,
            tick => self.clock.instant_of(tick),
        }
    }

    #[inline]
    fn next(&self) -> u64 {
        // Acquire: pairs with the Release in `publish`. A driver that is told of a timer from
        // another thread is told by its parker, and so sees that timer's tick too.
        self.next.load(Acquire)
    }

    /// Tell the driver the next tick. Says whether it is earlier than the last one told.
    fn publish(&self, wheel: &MutexGuard<'_, Wheel<Waker>>) -> bool {
        let next = wheel.next_tick().unwrap_or(Clock::NEVER);
        // Relaxed: it is written under the lock alone.
        let before = self.next.load(Relaxed);
        // Release: pairs with the Acquire in `next`.
        self.next.store(next, Release);
        next < before
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        lock(&self.wheel).len()
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Counted first, and printed without the lock.
        let count = self.len();
        f.debug_struct("Timers").field("count", &count).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Timers;
    use crate::waker::DriverRef;
    use std::sync::{Arc, Mutex};
    use std::task::{Wake, Waker};
    use std::time::{Duration, Instant};

    /// Writes its number down when it is woken.
    struct Numbered(u32, Arc<Mutex<Vec<u32>>>);

    impl Wake for Numbered {
        fn wake(self: Arc<Self>) {
            self.1.lock().expect("nobody panics").push(self.0);
        }
    }

    #[test]
    fn fires_what_is_due_in_order() {
        let (timers, woken) = (Timers::with_virtual_clock(), Arc::default());
        let waker = |number| Waker::from(Arc::new(Numbered(number, Arc::clone(&woken))));
        let start = timers.now();
        let at = |ms| start + Duration::from_millis(ms);

        assert!(timers.is_empty());
        assert!(timers.insert(at(20), waker(1)).1);
        assert!(timers.insert(at(10), waker(2)).1);
        assert!(!timers.insert(at(20), waker(3)).1);
        let (fourth, _) = timers.insert(at(15), waker(4));
        let (fifth, _) = timers.insert(at(30), waker(5));
        timers.remove(fourth);
        assert!(timers.replace(fourth, waker(6)).is_err());
        assert!(timers.replace(fifth, waker(7)).is_ok());

        timers.fire(at(9));
        assert_eq!(timers.next_deadline(), Some(at(10)));
        assert!(woken.lock().unwrap().is_empty());
        timers.fire(at(20));
        assert_eq!(timers.next_deadline(), Some(at(30)));
        assert_eq!(*woken.lock().unwrap(), [2, 1, 3]);
        assert!(!timers.is_empty());
        timers.fire(at(40));
        assert_eq!(timers.next_deadline(), None);
        assert_eq!(*woken.lock().unwrap(), [2, 1, 3, 7]);
        assert!(timers.is_empty());
        // Once fired, it is out.
        assert!(!timers.holds(fifth, Waker::noop()));
        assert_eq!(timers.reset(fifth, at(50)), None);
        timers.remove(fifth);
    }

    #[test]
    fn a_timer_knows_its_waker() {
        let timers = Timers::new();
        // Their table is a `static`: that of an `Arc`'s waker may have several addresses.
        let drivers = [(); 2].map(|()| DriverRef::new(std::thread::current()));
        let [first, second] = drivers.each_ref().map(DriverRef::waker);
        let (key, _) = timers.insert(Instant::now(), first.clone());
        assert!(timers.holds(key, &first));
        assert!(!timers.holds(key, &second));
        assert!(timers.replace(key, second.clone()).is_ok());
        assert!(!timers.holds(key, &first));
        assert!(timers.holds(key, &second));
    }

    #[test]
    fn a_removed_timer_keeps_no_waker() {
        let (timers, woken) = (Timers::new(), Arc::default());
        let waking = Arc::new(Numbered(1, woken));
        let deadline = Instant::now();
        let (key, _) = timers.insert(deadline, waking.clone().into());
        assert_eq!(Arc::strong_count(&waking), 2);
        assert!(timers.replace(key, waking.clone().into()).is_ok());
        assert_eq!(Arc::strong_count(&waking), 2);
        timers.remove(key);
        assert_eq!(Arc::strong_count(&waking), 1);
    }

    #[test]
    fn only_what_comes_first_wakes_the_driver() {
        let timers = Timers::with_virtual_clock();
        let at = |ns| timers.now() + Duration::from_nanos(ns);
        let insert = |ns| timers.insert(at(ns), Waker::noop().clone());
        let (first, is_earlier) = insert(30);
        assert!(is_earlier);
        assert!(!insert(30).1);
        assert!(!insert(40).1);
        assert!(insert(29).1);
        assert_eq!(timers.reset(first, at(35)), Some(false));
        assert_eq!(timers.next_deadline(), Some(at(29)));
        assert_eq!(timers.reset(first, at(28)), Some(true));
        assert_eq!(timers.next_deadline(), Some(at(28)));
        timers.remove(first);
        assert_eq!(timers.next_deadline(), Some(at(29)));
        timers.clear();
        assert_eq!(timers.next_deadline(), None);
        assert!(timers.is_empty());
    }

    /// As a deterministic executor goes on when nothing else is to do: from deadline to deadline.
    /// To the nanosecond, each waker is woken at its own; equal ones in the order of insertion.
    #[test]
    fn virtual_time_goes_from_deadline_to_deadline() {
        let timers = Timers::with_virtual_clock();
        let start = timers.now();
        let woken = Arc::default();
        let count = if cfg!(miri) { 50 } else { 100_000 };
        let mut expected = Vec::new();
        for number in 0..count {
            let after = Duration::from_nanos(u64::from(number) * 7919 % 65_537 * 1_000);
            expected.push((after, number));
            let waker = Arc::new(Numbered(number, Arc::clone(&woken)));
            timers.insert(start + after, waker.into());
        }
        expected.sort_unstable();
        let mut seen = 0;
        while let Some(next) = timers.next_deadline() {
            timers.advance_to(next);
            assert_eq!(timers.now(), next);
            timers.fire(next);
            let woken = woken.lock().unwrap();
            for (number, (after, expected)) in woken[seen..].iter().zip(&expected[seen..]) {
                assert_eq!((number, next), (expected, start + *after));
            }
            seen = woken.len();
        }
        assert_eq!(seen, expected.len());
    }
}
