//! Which workers sleep, and who wakes one.
//!
//! Whoever pushes a task looks, afterwards, whether a worker is asleep and none is looking for work; a worker
//! that finds nothing first says that it will sleep, then looks at all queues once more. Each of the four
//! steps is sequentially consistent, so of the two sides one sees the other: the task is found or the
//! worker is woken.
//!
//! A worker that looks for work is counted as one that *searches*. While there is one, nobody is woken: it
//! will find what was pushed. When the last one that searches finds something, it has another one woken, since
//! there may be more; and when it finds nothing, it says that it will sleep, and looks once more.

use crate::sync::atomic::{
    AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use crate::sync::{Mutex, lock};

pub(super) struct Idle {
    /// How many search, and how many sleep: [`SLEEPS`] for each.
    word: AtomicUsize,
    /// Their numbers. Changed together with the count in `word`, under the lock.
    sleepers: Mutex<Vec<usize>>,
    workers: usize,
}

/// One that searches, in [`Idle::word`].
const SEARCHES: usize = 1;
/// One that sleeps.
const SLEEPS: usize = 1 << (usize::BITS / 2);

fn searching(word: usize) -> usize {
    word % SLEEPS
}

fn sleeping(word: usize) -> usize {
    word / SLEEPS
}

impl Idle {
    pub(super) fn new(workers: usize) -> Self {
        let sleepers = Mutex::new(Vec::with_capacity(workers));
        Self { word: AtomicUsize::new(0), sleepers, workers }
    }

    // ANCHOR: should_wake
    /// Whether somebody should be woken for what was just pushed.
    #[inline]
    pub(super) fn should_wake(&self) -> bool {
        // SeqCst: pairs with the one in `go_to_sleep`.
        let word = self.word.load(SeqCst);
        searching(word) == 0 && sleeping(word) != 0
    }
    // ANCHOR_END: should_wake

    /// Choose a worker to be woken, which from now on searches. The keeper of the timers only if there is no other.
    pub(super) fn wake(&self, keeper: &AtomicUsize) -> Option<usize> {
        if !self.should_wake() {
            return None;
        }
        let mut sleepers = lock(&self.sleepers);
        if !self.should_wake() {
            return None;
        }
        // Relaxed: a wrong guess only wakes another one.
        let keeper = keeper.load(Relaxed);
        let place = sleepers.iter().rposition(|worker| worker + 1 != keeper).unwrap_or(0);
        let chosen = (place < sleepers.len()).then(|| sleepers.swap_remove(place))?;
        self.word.fetch_add(SEARCHES.wrapping_sub(SLEEPS), SeqCst);
        Some(chosen)
    }

    /// Begin to search, unless half of the workers do.
    pub(super) fn search(&self) -> bool {
        // Relaxed: one more or less does no harm.
        if 2 * searching(self.word.load(Relaxed)) >= self.workers {
            return false;
        }
        self.word.fetch_add(SEARCHES, SeqCst);
        true
    }

    /// Begin to search, however many do.
    pub(super) fn search_on(&self) {
        self.word.fetch_add(SEARCHES, SeqCst);
    }

    /// Something was found. `true`: nobody else searches now.
    pub(super) fn found(&self) -> bool {
        searching(self.word.fetch_sub(SEARCHES, SeqCst)) == 1
    }

    // ANCHOR: go_to_sleep
    /// Say that `worker` will sleep, which `searches` or not. It must look at the queues once more.
    pub(super) fn go_to_sleep(&self, worker: usize, searches: bool) {
        let mut sleepers = lock(&self.sleepers);
        sleepers.push(worker);
        let searches = if searches { SEARCHES } else { 0 };
        // SeqCst: pairs with the one in `should_wake`.
        self.word.fetch_add(SLEEPS.wrapping_sub(searches), SeqCst);
    }
    // ANCHOR_END: go_to_sleep

    /// The worker is awake. `true`: somebody chose it, and it searches; `false`: nobody did.
    pub(super) fn awake(&self, worker: usize) -> bool {
        let mut sleepers = lock(&self.sleepers);
        let Some(place) = sleepers.iter().position(|it| *it == worker) else { return true };
        sleepers.swap_remove(place);
        self.word.fetch_sub(SLEEPS, SeqCst);
        false
    }

    /// Whether somebody searches.
    pub(super) fn any_searches(&self) -> bool {
        searching(self.word.load(SeqCst)) != 0
    }

    /// Whether somebody sleeps.
    pub(super) fn any_asleep(&self) -> bool {
        sleeping(self.word.load(SeqCst)) != 0
    }
}
