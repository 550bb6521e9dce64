//! One thread of a pool.

use crate::metrics::Histogram;
use crate::pool::{FINISH, Pool, STOP};
use crate::reactor::Reactor;
use crate::ring::{CAPACITY, Ring};
use crate::scheduler::{Scheduler, SchedulerRef, add_references, release_references};
use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, Release, SeqCst},
    fence,
};
use crate::sync::{contain, lock, thread_local_cell};
use crate::task::header::{self, Listed, Run};
use crate::task::{Header, TaskPtr};
use crate::timeline::{Recorder, What};
use std::cell::{Cell, RefCell};
use std::ptr::{self, NonNull};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

/// Each so many tasks a worker looks at what comes last otherwise: the tasks of low priority, those that were
/// pushed from outside, and the timers.
const BUDGET: u32 = 61;

/// How often a worker that found nothing looks again at once. The second look is what takes a task that is alone.
const SPINS: u32 = 2;

/// How often it then pauses, gives its processor to others, and looks again, before it sleeps.
///
/// To be woken costs whoever wakes it a system call; this goes on for some 15 µs, measured on one machine. And a
/// worker that shares its processor with the one that woke it runs as soon as it is woken, finds a single task, and
/// sleeps, again and again, while another processor has nothing to do; one that is ready to run, and does not sleep,
/// is moved there.
const YIELDS: u32 = if cfg!(any(loom, miri)) { 0 } else { 8 };

/// How many spins such a pause has, 1.5 µs on that machine. Each look takes a line of the cache from the worker that it looks at.
const PAUSE: u32 = 64;

/// How many references to the scheduler a worker takes, and gives back, at once.
const STOCK: usize = 256;

/// What a worker has to itself.
pub(crate) struct Worker {
    scheduler: SchedulerRef,
    number: usize,
    /// How many tasks it has chosen.
    chosen: Cell<u32>,
    /// References to the scheduler, for tasks.
    stock: Cell<usize>,
    random: Cell<u32>,
    /// Whether it is counted as one that searches.
    searches: Cell<bool>,
    /// Where a task was alone in another's ring, when this one last saw one there: by worker and priority.
    glimpsed: Box<[[Cell<Option<u64>>; 3]]>,
    /// Whether polls and sleeps are timed.
    observes: bool,
    /// What is recorded of them.
    recorder: RefCell<Option<Recorder>>,
    /// What the reactor said is ready. Empty but for the time between that and their wakes.
    ready: Cell<Vec<Waker>>,
}

thread_local_cell! {
    /// The worker that runs on this thread.
    static CURRENT: *const Worker = ptr::null();
}

/// The worker of this thread, if it is one of this pool's.
fn current<'a>(pool: &Pool) -> Option<&'a Worker> {
    // SAFETY: set by `Worker::run` for as long as it runs, and this is the same thread.
    let worker = unsafe { CURRENT.get().as_ref() }?;
    ptr::eq(worker.pool(), pool).then_some(worker)
}

/// Whether this thread is one of the pool's workers.
pub(super) fn is_current(pool: &Pool) -> bool {
    current(pool).is_some()
}

/// The number of this thread's worker, if it is one of the pool's.
pub(super) fn number(pool: &Pool) -> Option<usize> {
    current(pool).map(|worker| worker.number)
}

/// Push on a worker's own thread. `false`: this is not one.
///
/// # Safety
///
/// As for [`Pool::push`].
pub(super) unsafe fn push(pool: &Pool, task: TaskPtr) -> bool {
    let Some(worker) = current(pool) else { return false };
    // SAFETY: the caller's promise.
    unsafe { worker.push(task) };
    true
}

/// Count a spawn on a worker's own thread. `false`: this is not one.
pub(super) fn count_spawn(pool: &Pool) -> bool {
    let Some(worker) = current(pool) else { return false };
    add_one(&worker.seat().counts.spawned);
    true
}

/// Take a reference from the stock of this thread's worker, if it has that scheduler.
pub(crate) fn take_from_stock(scheduler: NonNull<Scheduler>) -> bool {
    // SAFETY: as in `current`.
    match unsafe { CURRENT.get().as_ref() } {
        Some(worker) if worker.scheduler.as_ptr() == scheduler => {
            if worker.stock.get() == 0 {
                // SAFETY: the worker has a reference.
                unsafe { add_references(scheduler, STOCK) };
                worker.stock.set(STOCK);
            }
            worker.stock.set(worker.stock.get() - 1);
            true
        }
        _ => false,
    }
}

/// Put a reference into the stock of this thread's worker, if it has that scheduler.
pub(crate) fn put_into_stock(scheduler: NonNull<Scheduler>) -> bool {
    // SAFETY: as in `current`.
    match unsafe { CURRENT.get().as_ref() } {
        Some(worker) if worker.scheduler.as_ptr() == scheduler => {
            if worker.stock.get() == 2 * STOCK {
                // SAFETY: the stock's.
                unsafe { release_references(scheduler, STOCK) };
                worker.stock.set(STOCK);
            }
            worker.stock.set(worker.stock.get() + 1);
            true
        }
        _ => false,
    }
}

/// The owner alone writes, so a load and a store will do.
fn add(counter: &AtomicUsize, by: usize) {
    // Release: pairs with the Acquire in `Pool::is_finished`.
    counter.store(counter.load(Relaxed) + by, Release);
}

fn add_one(counter: &AtomicUsize) {
    add(counter, 1);
}

impl Worker {
    pub(crate) fn new(scheduler: SchedulerRef, number: usize) -> Self {
        let options = scheduler.pool().map(|pool| &pool.options);
        let timeline = options.and_then(|options| options.timeline.as_ref());
        let recorder = timeline.map(|timeline| timeline.recorder(number));
        Self {
            observes: recorder.is_some() || options.is_some_and(|options| options.poll_times),
            recorder: RefCell::new(recorder),
            glimpsed: vec![Default::default(); scheduler.pool().map_or(0, |it| it.seats.len())]
                .into(),
            scheduler,
            number,
            chosen: Cell::new(0),
            stock: Cell::new(0),
            // Any odd number; each worker another one.
            random: Cell::new(0x9e37_79b9_u32.wrapping_mul(2 * number as u32 + 1)),
            searches: Cell::new(false),
            ready: Cell::new(Vec::new()),
        }
    }

    fn pool(&self) -> &Pool {
        match self.scheduler.pool() {
            Some(pool) => pool,
            None => unreachable!("a worker's scheduler is a pool"),
        }
    }

    fn seat(&self) -> &super::Seat {
        &self.pool().seats[self.number]
    }

    /// Run tasks until the pool ends.
    pub(crate) fn run(&self) {
        let before = CURRENT.replace(self);
        self.work();
        drop(self.recorder.take());
        // Wakes and spawns go to the injection queues from now on, references to the common counter.
        CURRENT.set(before);
        let stock = self.stock.take();
        if stock != 0 {
            // SAFETY: the stock's.
            unsafe { release_references(self.scheduler.as_ptr(), stock) };
        }
        self.pool().leave();
    }

    fn work(&self) {
        while self.pool().ending() != STOP {
            match self.next().or_else(|| self.search()) {
                Some(task) => {
                    self.found();
                    self.run_task(task);
                }
                None => self.sleep(),
            }
        }
        self.found();
    }

    /// # Safety
    ///
    /// As for [`Pool::push`].
    unsafe fn push(&self, task: TaskPtr) {
        // SAFETY: the caller's reference.
        let priority = unsafe { task.as_ref() }.priority().index();
        let ring = &self.seat().rings[priority];
        // SAFETY: the ring is this worker's, and this its thread.
        if let Err(task) = unsafe { ring.push_visible(task) } {
            self.overflow(ring, priority, task);
        }
        if self.pool().idle.should_wake() {
            self.pool().notify();
        }
    }

    /// The ring is full: the older half of it goes to the injection queue, so that others get some.
    #[cold]
    fn overflow(&self, ring: &Ring<Header>, priority: usize, task: TaskPtr) {
        // SAFETY: the ring is this worker's. If it is not full any more, a thief was here.
        for task in unsafe { ring.drain_half() }.into_iter().flatten() {
            // SAFETY: it was in the ring, and so may be pushed. The queues are open while a worker works.
            unsafe { self.pool().push_injected(priority, task) };
        }
        // SAFETY: the ring is this worker's.
        if let Err(task) = unsafe { ring.push_visible(task) } {
            // SAFETY: the caller may push it; as above.
            unsafe { self.pool().push_injected(priority, task) };
        }
    }

    // ANCHOR: next
    /// The next task: of the highest priority there is, and of those first what is in the own ring.
    fn next(&self) -> Option<TaskPtr> {
        let chosen = self.chosen.get().wrapping_add(1);
        self.chosen.set(chosen);
        if chosen.is_multiple_of(BUDGET) {
            return self.next_but_the_other_way_round();
        }
        (0..3).find_map(|priority| self.pop(priority).or_else(|| self.take(priority)))
    }
    // ANCHOR_END: next

    /// What comes last otherwise comes first: tasks of low priority and those of normal priority in turn, and of each what
    /// was pushed from outside.
    #[cold]
    fn next_but_the_other_way_round(&self) -> Option<TaskPtr> {
        self.fire();
        self.look_at_reactor();
        let order =
            if (self.chosen.get() / BUDGET).is_multiple_of(2) { [2, 1, 0] } else { [1, 2, 0] };
        order.into_iter().find_map(|priority| self.take(priority).or_else(|| self.pop(priority)))
    }

    /// The next of the own tasks.
    fn pop(&self, priority: usize) -> Option<TaskPtr> {
        let ring = &self.seat().rings[priority];
        // SAFETY: the ring is this worker's.
        let task = unsafe { ring.pop() }?;
        // What was pushed since the last time that somebody was looked for, and is still here.
        if !ring.is_empty() && self.pool().idle.should_wake() {
            self.pool().notify();
        }
        Some(task)
    }

    /// Tasks that were pushed from outside: one to run, the others into the own ring.
    fn take(&self, priority: usize) -> Option<TaskPtr> {
        let queue = &self.pool().inject[priority];
        if queue.is_empty() {
            return None;
        }
        let ring = &self.seat().rings[priority];
        // One to run, and no more than there is room for: thieves may hold up to half of the ring.
        let room = (CAPACITY / 2).saturating_sub(ring.len());
        let most = 1 + (CAPACITY / 2 / self.pool().seats.len()).min(room);
        let mut first = None;
        let taken = queue.take(most, |task| {
            if first.is_none() {
                first = Some(task);
            // SAFETY: the ring is this worker's, and the task was in a queue.
            } else if let Err(task) = unsafe { ring.push(task) } {
                self.overflow(ring, priority, task);
            }
        });
        add(&self.seat().counts.taken[priority], taken);
        if first.is_some()
            && (!ring.is_empty() || !queue.is_empty())
            && self.pool().idle.should_wake()
        {
            self.pool().notify();
        }
        first
    }

    // ANCHOR: search
    /// There is nothing here: look elsewhere.
    #[cold]
    fn search(&self) -> Option<TaskPtr> {
        if !self.searches.get() && !self.pool().idle.search() {
            return None;
        }
        self.searches.set(true);
        self.fire();
        // With a reactor, what comes next most probably comes from there.
        let yields = if self.pool().reactor().is_some() { 0 } else { YIELDS };
        for look in 0..SPINS + yields {
            let task = (0..3).find_map(|priority| {
                self.pop(priority).or_else(|| self.take(priority)).or_else(|| self.steal(priority))
            });
            if task.is_some() {
                return task;
            }
            if look < SPINS {
                crate::sync::spin_loop();
            } else {
                (0..PAUSE).for_each(|_| crate::sync::spin_loop());
                thread::yield_now();
            }
        }
        None
    }
    // ANCHOR_END: search

    // ANCHOR: found
    /// Something is there to be run.
    fn found(&self) {
        // While it searched nobody was woken, so it looks whether there is more.
        if self.searches.take() && self.pool().idle.found() && self.pool().has_work() {
            self.pool().notify();
        }
    }
    // ANCHOR_END: found

    // ANCHOR: steal
    /// Half of what another worker has.
    ///
    /// A task that is alone is taken if it was there at an earlier look already. Its worker will most probably run it
    /// next: a message that goes from task to task would change processors with each step.
    fn steal(&self, priority: usize) -> Option<TaskPtr> {
        let seats = &self.pool().seats;
        let own = &self.seat().rings[priority];
        let start = self.random() as usize % seats.len();
        for step in 0..seats.len() {
            let victim = (start + step) % seats.len();
            if victim == self.number {
                continue;
            }
            let ring = &seats[victim].rings[priority];
            let only = ring.only();
            if only.is_some() && self.glimpsed[victim][priority].replace(only) != only {
                continue;
            }
            // SAFETY: the own ring is this worker's, and empty.
            if let Some(stolen) = unsafe { ring.steal_into(own) } {
                add_one(&self.seat().counts.steals);
                add(&self.seat().counts.stolen, stolen.count);
                return Some(stolen.task);
            }
        }
        None
    }
    // ANCHOR_END: steal

    /// (Marsaglia, "Xorshift RNGs", 2003.)
    fn random(&self) -> u32 {
        let mut x = self.random.get();
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        self.random.set(x);
        x
    }

    fn run_task(&self, task: TaskPtr) {
        let seat = self.seat();
        add_one(&seat.counts.polls);
        let start = self.observes.then(Instant::now);
        let list = |task| {
            // SAFETY: the task is being run, and so is not completed.
            unsafe { lock(&seat.tasks).insert(task) };
            Listed::at(self.number as u16)
        };
        // Relaxed, both: to be looked at.
        seat.counts.polling.store(true, Relaxed);
        // SAFETY: the task comes from a queue.
        let run = unsafe { header::run(task, list) };
        seat.counts.polling.store(false, Relaxed);
        if let Some(start) = start {
            let end = Instant::now();
            add_one(&seat.counts.poll_times[Histogram::class(end - start)]);
            self.record(What::Poll(task.addr().get()), start, end);
        }
        match run {
            Run::Idle => {}
            Run::Again => {
                // SAFETY: `run` says so; the executor's reference is there until completion.
                let priority = unsafe { task.as_ref() }.priority().index();
                let ring = &seat.rings[priority];
                // Not to be seen at once: this thread pops next, and then looks whether somebody is to be woken.
                // SAFETY: the ring is this worker's, and `run` says that the task must be pushed.
                if let Err(task) = unsafe { ring.push(task) } {
                    self.overflow(ring, priority, task);
                }
            }
            Run::Completed(listed) => {
                if let Some(number) = listed.number() {
                    // SAFETY: the executor's reference; the task is in this list.
                    unsafe { lock(&self.pool().seats[number].tasks).remove(task) };
                }
                // SAFETY: the executor's reference, and its last use.
                unsafe { header::drop_reference(task) };
                add_one(&seat.counts.ended);
            }
        }
    }

    fn record(&self, what: What, start: Instant, end: Instant) {
        if let Some(recorder) = &mut *self.recorder.borrow_mut() {
            recorder.record(what, start, end);
        }
    }

    /// Wake what is due.
    fn fire(&self) {
        self.pool().fire();
    }

    // ANCHOR: sleep
    /// Sleep until there is something to do.
    fn sleep(&self) {
        let pool = self.pool();
        let mut kept = false;
        pool.idle.go_to_sleep(self.number, self.searches.take());
        // Once more: what was pushed before that was said wakes nobody.
        match pool.ending() {
            STOP => {}
            FINISH if pool.is_finished() => pool.end(STOP),
            // Whoever searches now will have somebody woken if it finds more than it needs, and otherwise comes here.
            _ if pool.idle.any_searches() => kept = self.park(),
            // Soon: it may be on its way into a queue or between two rings.
            _ if pool.has_work() => crate::sync::spin_loop(),
            _ => kept = self.park(),
        }
        self.searches.set(pool.idle.awake(self.number));
        if kept {
            self.hand_on();
        }
    }
    // ANCHOR_END: sleep

    /// Sleep, and record how long. Whether this one was the keeper.
    fn park(&self) -> bool {
        add_one(&self.seat().counts.parks);
        let start = self.observes.then(Instant::now);
        let kept = self.park_or_keep();
        if let Some(start) = start {
            self.record(What::Sleep, start, Instant::now());
        }
        kept
    }

    /// The first to sleep is the one that wakes up for the timers. `true`: it is this one.
    fn park_or_keep(&self) -> bool {
        let (pool, seat) = (self.pool(), self.seat());
        let is_keeper = pool.keeper.compare_exchange(0, self.number + 1, SeqCst, Relaxed).is_ok();
        if !is_keeper {
            seat.parker.park();
            return false;
        }
        // Pairs with the one in `rouse_keeper`.
        fence(SeqCst);
        match (pool.next_deadline(), pool.reactor()) {
            (None, None) => seat.parker.park(),
            (Some(deadline), None) => seat.parker.park_until(deadline),
            (deadline, Some(reactor)) => {
                let timeout = deadline.map(|it| it.saturating_duration_since(Instant::now()));
                seat.parker.sleep_in(|| self.wait_in(&**reactor, timeout));
            }
        }
        pool.keeper.store(0, SeqCst);
        true
    }

    /// What the keeper does when it has woken up. Not before it has said so: it would wake itself.
    fn hand_on(&self) {
        let pool = self.pool();
        self.fire();
        self.wake_ready();
        // What runs next here may take long, and the others sleep on.
        let has_office = pool.reactor().is_some() || pool.next_deadline().is_some();
        if has_office && pool.idle.any_asleep() {
            pool.notify();
        }
    }

    /// Gather what is ready in the reactor. Those who wait for it are woken later, by [`wake_ready`](Self::wake_ready).
    fn wait_in(&self, reactor: &dyn Reactor, timeout: Option<Duration>) {
        let mut ready = self.ready.take();
        reactor.wait(timeout, &mut ready);
        self.ready.set(ready);
    }

    /// If nobody sleeps there, somebody has to look in now and then.
    fn look_at_reactor(&self) {
        // Relaxed: a wrong guess is made good the next time.
        if let Some(reactor) = self.pool().reactor()
            && self.pool().keeper.load(Relaxed) == 0
        {
            self.wait_in(&**reactor, Some(Duration::ZERO));
            self.wake_ready();
        }
    }

    /// Wake those who waited for what is ready. Meanwhile this worker counts as one that searches, so that nobody else is
    /// woken before it is known whether there is work for two.
    fn wake_ready(&self) {
        let mut ready = self.ready.take();
        if !ready.is_empty() && !self.searches.get() {
            self.pool().idle.search_on();
            self.searches.set(true);
        }
        for waker in ready.drain(..) {
            // What panics here is a waker of others.
            contain(|| waker.wake());
        }
        self.ready.set(ready);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use crate::{Executor, sleep};
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::Duration;

    /// They slept, woke each other or themselves, and slept.
    #[test]
    fn workers_that_wait_for_a_timer_stay_asleep() {
        for workers in 1..=3 {
            let executor = Executor::builder().workers(workers).build().expect("threads start");
            executor.spawn(sleep(Duration::from_secs(3600))).detach();
            // One has to get up.
            executor.spawn(sleep(Duration::from_millis(5))).detach();
            std::thread::sleep(Duration::from_millis(50));
            let spawner = executor.spawner();
            let seats = spawner.pool().seats.iter();
            let parks: usize = seats.map(|seat| seat.counts.parks.load(Relaxed)).sum();
            assert!(parks < 50, "{parks} parks of {workers} workers");
        }
    }
}
