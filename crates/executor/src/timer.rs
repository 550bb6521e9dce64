//! Sleeping without a poll in between.
//!
//! A [`Sleep`] that is polled leaves its waker, under its deadline, with the [`Driver`] whose thread
//! will be woken by that waker. The driver sleeps until the earliest deadline it knows. Nobody polls
//! in between: a waiting program uses no processor time.
//!
//! Which driver that is, the waker itself tells: those of this crate are known by the address of
//! their tables. A waker of another executor, or one that a combinator wraps around ours, belongs to
//! a thread that serves them all and is started when the first of them comes.
//!
//! [`Driver`]: crate::driver::Driver

use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::sync::{Mutex, contain, lock, spawn_named};
use crate::scheduler::SchedulerRef;
use crate::waker::DriverRef;
use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// A timer's place: its deadline, then a number, so that equal deadlines keep their order.
type Key = (Instant, u64);

/// The wakers of one driver, by deadline.
///
/// No waker is woken, cloned or dropped under the lock: that is the code of others, and may come
/// back here. Nor is anything printed: so is that.
pub(crate) struct Timers {
    /// The length of the tree, so that a driver without timers takes no lock and reads no clock.
    count: AtomicUsize,
    tree: Mutex<Tree>,
}

struct Tree {
    wakers: BTreeMap<Key, Waker>,
    next_number: u64,
}

impl Timers {
    pub(crate) fn new() -> Self {
        let tree = Tree { wakers: BTreeMap::new(), next_number: 0 };
        Self { count: AtomicUsize::new(0), tree: Mutex::new(tree) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        // Acquire: pairs with the Release in `update_count`. A driver that is told of a timer from
        // another thread is told by its parker, and so sees the count too.
        self.count.load(Acquire) == 0
    }

    /// Add a timer. Also says whether it is now the first of all.
    pub(crate) fn insert(&self, deadline: Instant, waker: Waker) -> (Key, bool) {
        let mut tree = lock(&self.tree);
        let key = (deadline, tree.next_number);
        tree.next_number += 1;
        tree.wakers.insert(key, waker);
        self.update_count(&tree);
        (key, tree.wakers.first_key_value().is_some_and(|(first, _)| *first == key))
    }

    /// Put `waker` in the place of the one that is there. `Err` gives it back: the timer has fired.
    fn replace(&self, key: Key, waker: Waker) -> Result<(), Waker> {
        let old = match lock(&self.tree).wakers.get_mut(&key) {
            Some(slot) => std::mem::replace(slot, waker),
            None => return Err(waker),
        };
        drop(old);
        Ok(())
    }

    fn remove(&self, key: Key) {
        let mut tree = lock(&self.tree);
        let waker = tree.wakers.remove(&key);
        self.update_count(&tree);
        drop(tree);
        drop(waker);
    }

    /// Wake all that is due at `now`.
    pub(crate) fn fire(&self, now: Instant) {
        let mut tree = lock(&self.tree);
        // Most often nothing is due, and to split the tree would allocate.
        if tree.wakers.first_key_value().is_none_or(|((first, _), _)| *first > now) {
            return;
        }
        let later = tree.wakers.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut tree.wakers, later);
        self.update_count(&tree);
        drop(tree);
        for waker in due.into_values() {
            // A waker that panics is somebody else's; the other timers must still fire.
            contain(|| waker.wake());
        }
    }

    /// Drop all wakers. Each keeps its task or driver alive, and with it this tree: at the thread's
    /// end the ring must be cut, for the timers of a `Sleep` that was forgotten.
    pub(crate) fn clear(&self) {
        if self.is_empty() {
            return;
        }
        let mut tree = lock(&self.tree);
        let wakers = std::mem::take(&mut tree.wakers);
        self.update_count(&tree);
        drop(tree);
        drop(wakers);
    }

    /// The earliest of all deadlines.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        if self.is_empty() {
            return None;
        }
        lock(&self.tree).wakers.first_key_value().map(|((deadline, _), _)| *deadline)
    }

    fn update_count(&self, tree: &Tree) {
        // Release: pairs with the Acquire in `is_empty`.
        self.count.store(tree.wakers.len(), Release);
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relaxed: nothing is concluded from it.
        f.debug_struct("Timers").field("count", &self.count.load(Relaxed)).finish_non_exhaustive()
    }
}

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
/// # Cost
///
/// Each poll, and the drop, takes a lock and `O(log n)` steps, `n` being the number of timers on the
/// same thread: a poll leaves its waker, the last one or the drop takes the timer out.
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
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    fn unregister(&mut self) {
        if let Some((at, key)) = self.timer.take() {
            at.timers().remove(key);
        }
    }

    fn register(&mut self, deadline: Instant, waker: &Waker) {
        let at = timers_of(waker);
        if let Some((registered, key)) = &self.timer
            && registered.is(&at)
            && at.timers().replace(*key, waker.clone()).is_ok()
        {
            return;
        }
        self.unregister();
        let (key, is_first) = at.timers().insert(deadline, waker.clone());
        if is_first {
            at.rouse();
        }
        self.timer = Some((at, key));
    }
}

/// Whose timers.
#[derive(Clone, Debug)]
pub(crate) enum TimersRef {
    /// Those of one thread.
    Driver(DriverRef),
    /// Those of a pool.
    Pool(SchedulerRef),
}

impl TimersRef {
    fn timers(&self) -> &Timers {
        match self {
            Self::Driver(driver) => &driver.timers,
            Self::Pool(scheduler) => match scheduler.pool() {
                Some(pool) => pool.timers(),
                None => unreachable!("made for a pool"),
            },
        }
    }

    /// Whether both are the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Driver(one), Self::Driver(other)) => one.is(other),
            (Self::Pool(one), Self::Pool(other)) => one.as_ptr() == other.as_ptr(),
            _ => false,
        }
    }

    /// A timer was left that is earlier than all others: whoever sleeps until the next deadline must wake up.
    fn rouse(&self) {
        match self {
            // The driver's own thread looks at the clock before it sleeps; any other may be asleep until a later
            // deadline.
            Self::Driver(driver) if driver.parker.is_current() => {}
            Self::Driver(driver) => driver.parker.unpark(),
            Self::Pool(scheduler) => scheduler.pool().into_iter().for_each(|pool| pool.rouse_keeper()),
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else { return Poll::Pending };
        if deadline <= Instant::now() {
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
    Sleep { deadline: Instant::now().checked_add(duration), timer: None }
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

/// The timers of the executor that `waker` wakes.
fn timers_of(waker: &Waker) -> TimersRef {
    crate::task::timers_of(waker)
        .or_else(|| DriverRef::of(waker).map(TimersRef::Driver))
        .unwrap_or_else(|| TimersRef::Driver(foreign_driver()))
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Timers;
    use crate::waker::DriverRef;
    use crate::{Executor, block_on};
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Wake, Waker};
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
        let (timers, woken) = (Timers::new(), Arc::default());
        let waker = |number| Waker::from(Arc::new(Numbered(number, Arc::clone(&woken))));
        let start = Instant::now();
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
        timers.remove(fifth);
    }

    #[test]
    fn a_sleep_has_one_place_and_leaves_it() {
        let [first, second] = [(); 2].map(|()| DriverRef::new(std::thread::current()));
        let mut sleep = super::sleep(Duration::from_secs(1 << 40));
        let mut poll = |driver: &DriverRef| {
            let waker = driver.waker();
            assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
        };
        let counts = || [&first, &second].map(|driver| driver.timers.count.load(Relaxed));
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
            assert!(scheduler.pool().is_some_and(|pool| pool.timers().is_empty()));
            drop(sleep);
            assert_eq!(scheduler.references(), 1);
        }
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
}
