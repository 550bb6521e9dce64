//! Waiting until a deadline.

use super::clock::current_clock;
use super::place::TimersRef;
use super::wheel::Key;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// A future that is ready when its deadline has passed. Made by [`sleep`] and [`sleep_until`].
///
/// It works on any executor. Dropping it takes its timer out. One that is forgotten keeps the task
/// that it would wake in memory until its deadline, or until the [`block_on`](crate::block_on) or
/// [`Executor`](crate::Executor) ends.
///
/// # Executors of others
///
/// Their wakers are woken by one thread for all of them. An executor whose `wake` blocks, or polls in
/// it for long, holds up the timers of every other; those of this crate have their own threads.
///
/// # How exact it is
///
/// It is never ready before its deadline. The wake comes with the next tick, of 2^16 ns (about 66 µs),
/// and then as soon as the operating system lets the thread run. Those that are due in the same tick
/// are woken in the order in which they were first polled.
///
/// # Cost
///
/// A poll, unless the deadline has passed, takes a lock and a fixed number of steps, however many
/// timers there are: it leaves its waker in a timing wheel, or sees that it is there already. So does
/// the drop, which takes it out. One that stays is moved a few times until it is due. A timer takes
/// 40 bytes beside the `Sleep`. They are given back when no timer of the same driver is left, that
/// is, of the same `block_on` or executor.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Sleep {
    /// `None`: so late that the clock cannot say it.
    deadline: Option<Instant>,
    timer: Option<(TimersRef, Key)>,
}

impl Sleep {
    /// When it is ready; `None` if that is later than the clock can say, that is, never.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether the deadline has passed.
    pub fn is_elapsed(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= current_clock().now())
    }

    /// Wait until `deadline` instead, earlier or later.
    ///
    /// Whoever polled it last is woken at the new deadline, if it was pending; there is no need to
    /// poll again. One that was ready waits anew, from its next poll on.
    ///
    /// # Examples
    ///
    /// ```
    /// use executor::{block_on, sleep};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut pause = sleep(Duration::from_secs(3600));
    /// let deadline = Instant::now() + Duration::from_millis(20);
    /// pause.reset(deadline);
    /// block_on(&mut pause);
    /// assert!(Instant::now() >= deadline);
    /// assert!(pause.is_elapsed());
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        self.deadline = Some(deadline);
        // A timer that has fired woke its task, and the task will poll.
        if let Some((at, key)) = &self.timer
            && let Some(is_earlier) = at.timers().reset(*key, deadline)
        {
            at.ring(is_earlier);
        }
    }

    /// The same, or never.
    pub(super) fn reset_or_never(&mut self, deadline: Option<Instant>) {
        match deadline {
            Some(deadline) => self.reset(deadline),
            None => {
                self.unregister();
                self.deadline = None;
            }
        }
    }

    fn unregister(&mut self) {
        if let Some((at, key)) = self.timer.take() {
            at.timers().remove(key);
        }
    }

    fn register(&mut self, deadline: Instant, waker: &Waker) {
        // Most often the same task polls again.
        if let Some((at, key)) = &self.timer
            && at.timers().holds(*key, waker)
        {
            return;
        }
        let at = TimersRef::of(waker);
        if let Some((registered, key)) = &self.timer
            && registered.is(&at)
            && registered.timers().replace(*key, waker.clone()).is_ok()
        {
            return;
        }
        self.unregister();
        let (key, is_earlier) = at.timers().insert(deadline, waker.clone());
        at.ring(is_earlier);
        self.timer = Some((at, key));
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else { return Poll::Pending };
        if deadline <= current_clock().now() {
            self.unregister();
            Poll::Ready(())
        } else {
            self.register(deadline, cx.waker());
            Poll::Pending
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.unregister();
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// Wait for `duration`, counted from this call.
///
/// A duration that takes the clock past its end never passes.
///
/// # Examples
///
/// ```
/// use executor::{block_on, sleep};
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// block_on(sleep(Duration::from_millis(20)));
/// assert!(start.elapsed() >= Duration::from_millis(20));
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: current_clock().now().checked_add(duration), timer: None }
}

/// Wait until `deadline`.
///
/// # Examples
///
/// ```
/// use executor::{block_on, sleep_until};
/// use std::time::{Duration, Instant};
///
/// let deadline = Instant::now() + Duration::from_millis(20);
/// block_on(sleep_until(deadline));
/// assert!(Instant::now() >= deadline);
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline: Some(deadline), timer: None }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use crate::waker::DriverRef;
    use crate::{Executor, block_on};
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::{Duration, Instant};

    #[test]
    fn a_sleep_has_one_place_and_leaves_it() {
        let [first, second] = [(); 2].map(|()| DriverRef::new(std::thread::current()));
        let mut sleep = super::sleep(Duration::from_secs(1 << 40));
        let mut poll = |driver: &DriverRef| {
            let waker = driver.waker();
            assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
        };
        let counts = || [&first, &second].map(|driver| driver.timers.len());
        poll(&first);
        assert_eq!(counts(), [1, 0]);
        poll(&first);
        assert_eq!(counts(), [1, 0]);
        poll(&second);
        assert_eq!(counts(), [0, 1]);
        poll(&first);
        assert_eq!(counts(), [1, 0]);
        drop(sleep);
        assert_eq!(counts(), [0, 0]);
    }

    #[test]
    fn a_reset_sleep_has_one_place_too() {
        let driver = DriverRef::new(std::thread::current());
        let waker = driver.waker();
        let mut cx = Context::from_waker(&waker);
        let now = Instant::now();
        let [soon, later] = [1 << 20, 1 << 30].map(|secs| now + Duration::from_secs(secs));
        let mut sleep = super::sleep_until(later);
        sleep.reset(later);
        assert_eq!(driver.timers.len(), 0);
        assert!(Pin::new(&mut sleep).poll(&mut cx).is_pending());
        let tick = Duration::from_nanos(1 << 16);
        for deadline in [soon, later, soon] {
            sleep.reset(deadline);
            assert_eq!((sleep.deadline(), driver.timers.len()), (Some(deadline), 1));
            let next = driver.timers.next_deadline().expect("there is one");
            assert!(deadline <= next && next < deadline + tick);
        }
        sleep.reset_or_never(None);
        assert_eq!((sleep.deadline(), driver.timers.len()), (None, 0));
        // One that is due is taken out by its poll.
        sleep.reset(later);
        assert!(Pin::new(&mut sleep).poll(&mut cx).is_pending());
        assert_eq!(driver.timers.len(), 1);
        sleep.reset(now);
        assert!(Pin::new(&mut sleep).poll(&mut cx).is_ready());
        assert_eq!(driver.timers.len(), 0);
    }

    /// Polls a `Sleep` that will not be ready.
    async fn polled() -> super::Sleep {
        let mut sleep = super::sleep(Duration::from_secs(1 << 40));
        poll_fn(|cx| {
            assert!(Pin::new(&mut sleep).poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        sleep
    }

    #[test]
    fn no_timer_keeps_what_has_ended() {
        let sleep = block_on(polled());
        assert!(sleep.timer.as_ref().expect("it was polled").0.timers().is_empty());
        // The same with an executor, whose task would be kept by the timer's waker.
        for join in [true, false] {
            let executor = Executor::new();
            let scheduler = executor.spawner().scheduler.clone();
            let sleep = block_on(executor.spawn(polled())).expect("neither panics nor ends");
            if join {
                executor.join()
            } else {
                drop(executor)
            }
            assert!(scheduler.pool().is_some_and(|pool| pool.timers(0).is_empty()));
            drop(sleep);
            assert_eq!(scheduler.references(), 1);
        }
    }
}
