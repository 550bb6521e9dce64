//! The two queues of the pool, with real threads.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

#[path = "../src/inject.rs"]
mod inject;
#[path = "../src/ring.rs"]
mod ring;
#[path = "../src/sync.rs"]
#[allow(unused_imports)]
mod sync;

use inject::{Inject, Linked};
use ring::{CAPACITY, Ring};
use std::ptr::NonNull;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};
use std::thread;

/// So many natively, so many under Miri.
const fn times(native: usize, miri: usize) -> usize {
    if cfg!(miri) { miri } else { native }
}

/// What a task is to the queues.
struct Node {
    next: AtomicPtr<Node>,
    id: usize,
}

// SAFETY: `next` is that one field, and the tests leave it to the queue.
unsafe impl Linked for Node {
    fn next(&self) -> &AtomicPtr<Self> {
        &self.next
    }
}

fn give(id: usize) -> NonNull<Node> {
    let next = AtomicPtr::new(std::ptr::null_mut());
    NonNull::from(Box::leak(Box::new(Node { next, id })))
}

/// Which node this is. It must be one that `give` made and that is got for the first time: Miri
/// would see another free, or a read that races with the making.
fn got(node: NonNull<Node>) -> usize {
    // SAFETY: as said.
    unsafe { Box::from_raw(node.as_ptr()) }.id
}

/// Each of `0..count` was seen once.
fn each_once(count: usize, mut seen: Vec<usize>) {
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..count));
}

/// Push `id` as a worker would: what finds no room goes to `elsewhere`, with half of the ring.
///
/// # Safety
///
/// As for [`Ring::push`].
unsafe fn push(ring: &Ring<Node>, id: usize, elsewhere: &mut Vec<usize>) {
    // SAFETY: as promised.
    let Err(node) = (unsafe { ring.push(give(id)) }) else { return };
    elsewhere.push(got(node));
    // SAFETY: as promised.
    let half = unsafe { ring.drain_half() };
    elsewhere.extend(half.into_iter().flatten().map(got));
}

#[test]
fn ring_loses_nothing_and_doubles_nothing() {
    let count = times(100_000, 2 * CAPACITY);
    let (ring, over) = (Ring::new(), AtomicBool::new(false));
    let thief = || {
        let (own, mut seen) = (Ring::new(), Vec::new());
        loop {
            let last = over.load(Acquire);
            // SAFETY: `own` is this thread's.
            let stolen = unsafe { ring.steal_into(&own) };
            let before = seen.len();
            seen.extend(stolen.iter().map(|stolen| got(stolen.task)));
            // SAFETY: as above.
            seen.extend(std::iter::from_fn(|| unsafe { own.pop() }.map(got)));
            assert!(seen[before..].is_sorted());
            assert_eq!(seen.len() - before, stolen.as_ref().map_or(0, |stolen| stolen.count));
            match stolen {
                Some(_) => {}
                None if last => return seen,
                None => thread::yield_now(),
            }
        }
    };
    let seen = thread::scope(|scope| {
        let thieves = [scope.spawn(thief), scope.spawn(thief)];
        let mut seen = Vec::new();
        for id in 0..count {
            // SAFETY: this thread is the owner.
            unsafe { push(&ring, id, &mut seen) };
            if id % 3 == 0 {
                // SAFETY: as above.
                seen.extend(unsafe { ring.pop() }.map(got));
            }
            if id % 100 == 0 {
                thread::yield_now();
            }
        }
        over.store(true, Release);
        // SAFETY: as above.
        seen.extend(std::iter::from_fn(|| unsafe { ring.pop() }.map(got)));
        seen.extend(thieves.into_iter().flat_map(|thief| thief.join().unwrap()));
        seen
    });
    assert!(ring.is_empty());
    each_once(count, seen);
}

#[test]
fn rings_steal_from_each_other() {
    let count = times(30_000, CAPACITY);
    let rings = [(); 3].map(|()| Ring::new());
    let left = AtomicUsize::new(3 * count);
    let seen = thread::scope(|scope| {
        let workers = [0, 1, 2].map(|me| {
            let (rings, left) = (&rings, &left);
            scope.spawn(move || {
                let (mut seen, mut pushed, mut counted) = (Vec::new(), 0, 0);
                while left.load(Relaxed) > 0 {
                    if pushed < count {
                        // SAFETY: each of the three is the owner of its ring.
                        unsafe { push(&rings[me], me * count + pushed, &mut seen) };
                        pushed += 1;
                    }
                    if pushed % 4 != 0 {
                        continue;
                    }
                    // SAFETY: as above.
                    seen.extend(unsafe { rings[me].pop() }.map(got));
                    let victim = &rings[(me + 1 + pushed / 4 % 2) % 3];
                    // SAFETY: as above, and `victim` is another one.
                    let stolen = unsafe { victim.steal_into(&rings[me]) };
                    seen.extend(stolen.map(|stolen| got(stolen.task)));
                    left.fetch_sub(seen.len() - counted, Relaxed);
                    counted = seen.len();
                    if pushed == count {
                        thread::yield_now();
                    }
                }
                seen
            })
        });
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    each_once(3 * count, seen);
}

#[test]
fn injected_nodes_are_taken_in_the_order_of_their_pusher() {
    const PUSHERS: usize = 3;
    let count = times(30_000, 60);
    let queue = Inject::new();
    let taken = AtomicUsize::new(0);
    let seen: Vec<_> = thread::scope(|scope| {
        for pusher in 0..PUSHERS {
            let queue = &queue;
            scope.spawn(move || {
                for i in 0..count {
                    // SAFETY: new, and alive until it is got.
                    assert!(unsafe { queue.push(give(pusher * count + i)) });
                }
            });
        }
        let consumers = [(); 2].map(|()| {
            scope.spawn(|| {
                let mut seen = Vec::new();
                while taken.load(Relaxed) < PUSHERS * count {
                    let now = queue.take(7, |node| seen.push(got(node)));
                    taken.fetch_add(now, Relaxed);
                    if now == 0 {
                        thread::yield_now();
                    }
                }
                seen
            })
        });
        consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect()
    });
    assert!(queue.is_empty());
    for seen in &seen {
        for pusher in 0..PUSHERS {
            assert!(seen.iter().filter(|&id| id / count == pusher).is_sorted());
        }
    }
    each_once(PUSHERS * count, seen.concat());
}

#[test]
fn inject_is_closed_while_all_are_at_it() {
    for _ in 0..times(500, 3) {
        let (queue, start) = (Inject::new(), AtomicUsize::new(0));
        let seen = thread::scope(|scope| {
            let pushers = [0, 1].map(|pusher| {
                let (queue, start) = (&queue, &start);
                scope.spawn(move || -> Vec<usize> {
                    start.fetch_add(1, Relaxed);
                    let ids = (0..10).map(|i| 10 * pusher + i);
                    let nodes = ids.map(give);
                    // SAFETY: new, and alive until it is got.
                    nodes.filter(|&node| !unsafe { queue.push(node) }).map(got).collect()
                })
            });
            let consumer = scope.spawn(|| {
                let mut seen = Vec::new();
                (0..3).for_each(|_| {
                    queue.take(2, |node| seen.push(got(node)));
                });
                seen
            });
            while start.load(Relaxed) == 0 {
                thread::yield_now();
            }
            let mut seen: Vec<_> = queue.close().map(got).collect();
            seen.extend(pushers.into_iter().flat_map(|pusher| pusher.join().unwrap()));
            seen.extend(consumer.join().unwrap());
            seen
        });
        each_once(20, seen);
    }
}

/// In each round, one thread publishes and then looks for sleepers, while another announces that it
/// sleeps and then looks for tasks. One of them sees the other.
fn sleeper_against(
    rounds: usize,
    mut publish: impl FnMut(usize) + Send,
    mut is_empty: impl FnMut(usize) -> bool,
) {
    let arrived = AtomicUsize::new(0);
    let meet = |round: usize| {
        arrived.fetch_add(1, AcqRel);
        while arrived.load(Acquire) < 2 * (round + 1) {
            thread::yield_now();
        }
    };
    let asleep: Vec<_> = (0..rounds).map(|_| AtomicBool::new(false)).collect();
    let (seen, empty) = thread::scope(|scope| {
        let other = scope.spawn(|| -> Vec<bool> {
            let round = |round| {
                meet(round);
                publish(round);
                asleep[round].load(SeqCst)
            };
            (0..rounds).map(round).collect()
        });
        let round = |round: usize| {
            meet(round);
            asleep[round].swap(true, SeqCst);
            is_empty(round)
        };
        let empty: Vec<_> = (0..rounds).map(round).collect();
        (other.join().unwrap(), empty)
    });
    assert!(seen.into_iter().zip(empty).all(|(seen, empty)| seen || !empty));
}

/// Of the sleepers: few rounds, since each has its own queue, and the seeds make more.
const ROUNDS: usize = times(2_000, 10);

#[test]
fn ring_push_against_sleep() {
    let rings: Vec<Ring<u8>> = (0..ROUNDS).map(|_| Ring::new()).collect();
    let publish = |round: usize| {
        // SAFETY: one thread pushes; nobody looks behind the pointer.
        unsafe { rings[round].push_visible(NonNull::dangling()) }.unwrap();
    };
    sleeper_against(ROUNDS, publish, |round| rings[round].is_empty());
}

#[test]
fn ring_pop_against_sleep() {
    let rings: Vec<Ring<u8>> = (0..ROUNDS).map(|_| Ring::new()).collect();
    let publish = |round: usize| {
        for _ in 0..2 {
            // SAFETY: one thread pushes and pops; nobody looks behind the pointer.
            unsafe { rings[round].push(NonNull::dangling()) }.unwrap();
        }
        // SAFETY: as above.
        unsafe { rings[round].pop() }.unwrap();
    };
    sleeper_against(ROUNDS, publish, |round| rings[round].is_empty());
}

#[test]
fn inject_push_against_sleep() {
    let queues: Vec<_> = (0..ROUNDS).map(|_| Inject::new()).collect();
    // SAFETY: new, and alive until it is got.
    let publish = |round: usize| assert!(unsafe { queues[round].push(give(round)) });
    sleeper_against(ROUNDS, publish, |round| queues[round].is_empty());
    for (round, queue) in queues.iter().enumerate() {
        assert!(queue.close().map(got).eq([round]));
    }
}
