//! The two queues of the pool by themselves, in every order that loom can think of.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p executor --test loom_queues --release`

#![cfg(loom)]
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

#[path = "../src/inject.rs"]
mod inject;
#[path = "../src/ring.rs"]
mod ring;
#[path = "../src/sync.rs"]
#[allow(unused_imports)]
mod sync;

use inject::{Inject, Linked};
use loom::cell::UnsafeCell;
use loom::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use loom::thread;
use ring::{CAPACITY, HALF, Ring};
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Debug;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex};

/// Explore `model`; what needs more than this many switches at bad moments is not looked for. What
/// the model returns in all orders together must be `expected`.
fn check<O: Ord + Debug + Send + 'static>(
    preemptions: usize,
    expected: impl IntoIterator<Item = O>,
    model: impl Fn() -> O + Send + Sync + 'static,
) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check({
        let seen = seen.clone();
        move || {
            let outcome = model();
            seen.lock().unwrap().insert(outcome);
        }
    });
    assert_eq!(*seen.lock().unwrap(), expected.into_iter().collect());
}

/// Where threads meet, so that loom comes to try both orders of what they do before and after it.
/// Of the accesses to an atomic it remembers the last alone, and so forgets a load of one thread
/// that is followed by a load of the other. Being Relaxed, this orders nothing.
#[derive(Clone)]
struct Crossing(Arc<AtomicUsize>);

impl Crossing {
    fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(0)))
    }

    fn pass(&self) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// What a task is to the queues.
struct Node {
    next: AtomicPtr<Node>,
    /// Written by whoever pushes the node, and read by whoever uses its link. In a program that is
    /// the making of the node, which loom would not see.
    made: UnsafeCell<()>,
    /// Touched by whoever pushes the node and by whoever gets it; loom sees if these could meet.
    content: UnsafeCell<usize>,
}

// SAFETY: `next` is that one field, and the models leave it to the queue.
unsafe impl Linked for Node {
    fn next(&self) -> &AtomicPtr<Self> {
        self.made.with(|_| {});
        &self.next
    }
}

/// The nodes of a model. They outlive its queues.
#[derive(Clone)]
struct Nodes(Arc<Vec<Node>>);

// SAFETY: nobody touches the content of a node but who has it, and loom checks that.
unsafe impl Send for Nodes {}

impl Nodes {
    fn new(count: usize) -> Self {
        let node = |id| Node {
            next: AtomicPtr::new(std::ptr::null_mut()),
            made: UnsafeCell::new(()),
            content: UnsafeCell::new(id),
        };
        Self(Arc::new((0..count).map(node).collect()))
    }

    /// Node `id`, which the caller is about to push.
    fn give(&self, id: usize) -> NonNull<Node> {
        let node = &self.0[id];
        node.made.with_mut(|_| {});
        // SAFETY: loom checks that nobody else is at it.
        node.content.with_mut(|content| unsafe { *content = id });
        NonNull::from(node)
    }
}

/// Which node this is, which the caller just got.
fn got(node: NonNull<Node>) -> usize {
    // SAFETY: the nodes outlive the queues.
    let node = unsafe { node.as_ref() };
    // SAFETY: loom checks that nobody else is at it.
    node.content.with_mut(|content| unsafe { std::mem::replace(&mut *content, usize::MAX) })
}

/// A ring, and the promise of each model that one thread at a time calls what is the owner's.
#[derive(Clone)]
struct Worker(Arc<Ring<Node>>, Nodes);

impl Worker {
    fn new(nodes: &Nodes) -> Self {
        Self(Arc::new(Ring::new()), nodes.clone())
    }

    /// One whose positions begin at `start`.
    fn starting_at(nodes: &Nodes, start: usize) -> Self {
        let worker = Self::new(nodes);
        for _ in 0..start {
            assert!(worker.push(0));
            assert_eq!(worker.pop(), Some(0));
        }
        worker
    }

    fn push(&self, id: usize) -> bool {
        // SAFETY: the model's promise.
        unsafe { self.0.push(self.1.give(id)) }.is_ok()
    }

    fn push_visible(&self, id: usize) -> bool {
        // SAFETY: the model's promise.
        unsafe { self.0.push_visible(self.1.give(id)) }.is_ok()
    }

    fn pop(&self) -> Option<usize> {
        // SAFETY: the model's promise.
        unsafe { self.0.pop() }.map(got)
    }

    fn drain_half(&self) -> Option<Vec<usize>> {
        // SAFETY: the model's promise.
        let half = unsafe { self.0.drain_half() };
        half.map(|half| half.into_iter().map(got).collect())
    }

    fn rest(&self) -> Vec<usize> {
        std::iter::from_fn(|| self.pop()).collect()
    }

    /// Steal from `victim`: the task to run at once.
    fn steal(&self, victim: &Self) -> Option<usize> {
        let before = self.0.len();
        // SAFETY: the model's promise.
        let stolen = unsafe { victim.0.steal_into(&self.0) }?;
        assert!(stolen.count <= HALF && self.0.len() < before + stolen.count);
        Some(got(stolen.task))
    }

    /// Steal from `victim` into this empty ring, and take all out again.
    fn steal_all(&self, victim: &Self) -> Vec<usize> {
        let mut stolen: Vec<_> = self.steal(victim).into_iter().collect();
        stolen.extend(self.rest());
        stolen
    }
}

/// Each of `0..count` was seen once.
fn each_once(count: usize, seen: impl IntoIterator<Item = usize>) {
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..count).collect::<Vec<_>>());
}

#[derive(Clone, Copy)]
enum Step {
    Push(usize),
    Pop,
}

/// What the owner popped, what a thief stole, what was left.
type Steps = (Vec<Option<usize>>, Vec<usize>, Vec<usize>);

/// The owner's steps on a plain queue, with the thief coming before step `at`.
fn plain(steps: &[Step], at: usize) -> Steps {
    let (mut queue, mut popped, mut stolen) = (VecDeque::new(), Vec::new(), Vec::new());
    for i in 0..=steps.len() {
        if i == at {
            stolen = queue.drain(..queue.len().div_ceil(2)).collect();
        }
        match steps.get(i) {
            Some(&Step::Push(id)) => queue.push_back(id),
            Some(Step::Pop) => popped.push(queue.pop_front()),
            None => {}
        }
    }
    (popped, stolen, queue.into())
}

/// The owner's steps against a thief that comes once.
fn against_one_thief(push: fn(&Worker, usize) -> bool) {
    use Step::{Pop, Push};
    const STEPS: &[Step] = &[Push(0), Push(1), Pop, Push(2), Push(3), Pop, Pop];
    let expected = (0..=STEPS.len()).map(|at| plain(STEPS, at));
    check(4, expected, move || {
        let nodes = Nodes::new(4);
        let (owner, thief) = (Worker::new(&nodes), Worker::new(&nodes));
        let other = thread::spawn({
            let owner = owner.clone();
            move || thief.steal_all(&owner)
        });
        let mut popped = Vec::new();
        for step in STEPS {
            match *step {
                Push(id) => assert!(push(&owner, id)),
                Pop => popped.push(owner.pop()),
            }
        }
        let stolen = other.join().unwrap();
        (popped, stolen, owner.rest())
    });
}

#[test]
fn ring_against_one_thief() {
    against_one_thief(Worker::push);
}

#[test]
fn ring_against_one_thief_visibly() {
    against_one_thief(Worker::push_visible);
}

#[test]
fn ring_against_two_thieves() {
    check(3, [()], || {
        let nodes = Nodes::new(5);
        // Starting here, the tasks are on both sides of the end of the slots.
        let owner = Worker::starting_at(&nodes, 2);
        let mut seen = Vec::new();
        (0..2).for_each(|id| assert!(owner.push(id)));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let (owner, thief) = (owner.clone(), Worker::new(&nodes));
                thread::spawn(move || thief.steal_all(&owner))
            })
            .collect();
        for id in 2..5 {
            if !owner.push(id) {
                seen.push(id);
            }
        }
        seen.extend(owner.pop());
        for other in others {
            let stolen = other.join().unwrap();
            assert!(stolen.is_sorted());
            seen.extend(stolen);
        }
        seen.extend(owner.rest());
        each_once(5, seen);
    });
}

#[test]
fn ring_is_full_until_the_thief_has_copied() {
    // How many of the four pushes found room: of a full ring, a thief takes half.
    check(4, [0, 1, 2], || {
        let nodes = Nodes::new(CAPACITY + 4);
        let (owner, thief) = (Worker::starting_at(&nodes, 1), Worker::new(&nodes));
        (0..CAPACITY).for_each(|id| assert!(owner.push(id)));
        let crossing = Crossing::new();
        let other = thread::spawn({
            let (owner, crossing) = (owner.clone(), crossing.clone());
            move || {
                let stolen = thief.steal_all(&owner);
                crossing.pass();
                stolen
            }
        });
        let (pushed, mut seen): (Vec<_>, Vec<_>) = (CAPACITY..CAPACITY + 4).partition(|&id| {
            crossing.pass();
            owner.push(id)
        });
        let stolen = other.join().unwrap();
        assert_eq!(stolen, [0, 1]);
        seen.extend(stolen);
        seen.extend(owner.rest());
        each_once(CAPACITY + 4, seen);
        pushed.len()
    });
}

#[test]
fn ring_pops_behind_a_thief() {
    // What the owner popped, and whether a push found room after it.
    let before = ([Some(0), Some(1)], true);
    let between = ([Some(0), Some(3)], true);
    let after = [false, true].map(|room| ([Some(2), Some(3)], room));
    check(4, [before, between].into_iter().chain(after), || {
        let nodes = Nodes::new(CAPACITY + 1);
        let (owner, thief) = (Worker::new(&nodes), Worker::new(&nodes));
        (0..CAPACITY).for_each(|id| assert!(owner.push(id)));
        let other = thread::spawn({
            let owner = owner.clone();
            move || thief.steal_all(&owner)
        });
        // While the thief holds two slots, these two are no room either.
        let popped = [owner.pop(), owner.pop()];
        let room = owner.push(CAPACITY);
        let mut seen: Vec<_> = popped.into_iter().flatten().collect();
        seen.extend(other.join().unwrap());
        seen.extend(owner.rest());
        seen.extend((!room).then_some(CAPACITY));
        each_once(CAPACITY + 1, seen);
        (popped, room)
    });
}

#[test]
fn ring_overflows_against_a_thief() {
    // Whether the owner got half.
    check(4, [false, true], || {
        let nodes = Nodes::new(CAPACITY + 1);
        let (owner, thief) = (Worker::starting_at(&nodes, 3), Worker::new(&nodes));
        (0..CAPACITY).for_each(|id| assert!(owner.push(id)));
        let other = thread::spawn({
            let owner = owner.clone();
            move || thief.steal_all(&owner)
        });
        let half = owner.drain_half();
        let drained = half.is_some();
        let mut seen = half.unwrap_or_default();
        if !owner.push(CAPACITY) {
            assert!(!drained);
            seen.push(CAPACITY);
        }
        seen.extend(other.join().unwrap());
        seen.extend(owner.rest());
        each_once(CAPACITY + 1, seen);
        drained
    });
}

#[test]
fn ring_of_a_thief_is_stolen_from() {
    // Whether the first thief found room in its own ring, from which the second one stole half.
    check(3, [false, true], || {
        let nodes = Nodes::new(2 * CAPACITY);
        let workers = [(); 3].map(|()| Worker::new(&nodes));
        let [victim, first, second] = &workers;
        for id in 0..CAPACITY {
            assert!(victim.push(id) && first.push(CAPACITY + id));
        }
        let crossing = Crossing::new();
        let other = thread::spawn({
            let (first, second, crossing) = (first.clone(), second.clone(), crossing.clone());
            move || {
                let stolen = second.steal_all(&first);
                crossing.pass();
                stolen
            }
        });
        // Its slots are written again while the other may still read them.
        crossing.pass();
        let stolen = first.steal(victim);
        let mut seen = other.join().unwrap();
        assert_eq!(seen, [CAPACITY, CAPACITY + 1]);
        seen.extend(stolen);
        workers.iter().for_each(|worker| seen.extend(worker.rest()));
        each_once(2 * CAPACITY, seen);
        stolen.is_some()
    });
}

#[test]
fn ring_is_counted_while_others_work() {
    // With tasks pushed and taken meanwhile, what a third thread counts is off, but by no more.
    check(3, 0..=3, || {
        let nodes = Nodes::new(3);
        let (owner, thief) = (Worker::new(&nodes), Worker::new(&nodes));
        assert!(owner.push(0));
        let counter = thread::spawn({
            let owner = owner.clone();
            move || owner.0.len()
        });
        let other = thread::spawn({
            let owner = owner.clone();
            move || thief.steal_all(&owner)
        });
        assert!(owner.push(1));
        let mut seen: Vec<_> = owner.pop().into_iter().collect();
        assert!(owner.push(2));
        seen.extend(other.join().unwrap());
        seen.extend(owner.rest());
        each_once(3, seen);
        counter.join().unwrap()
    });
}

#[test]
fn ring_is_counted_while_it_is_stolen_from() {
    // The thief may be the only one that knows of the push.
    check(4, [0, 1], || {
        let nodes = Nodes::new(1);
        let (owner, thief) = (Worker::new(&nodes), Worker::new(&nodes));
        let counter = thread::spawn({
            let owner = owner.clone();
            move || owner.0.len()
        });
        let other = thread::spawn({
            let owner = owner.clone();
            move || thief.steal_all(&owner)
        });
        assert!(owner.push(0));
        let mut seen = other.join().unwrap();
        seen.extend(owner.rest());
        each_once(1, seen);
        counter.join().unwrap()
    });
}

#[test]
fn ring_is_counted_while_it_overflows() {
    check(4, 0..=CAPACITY, || {
        let nodes = Nodes::new(CAPACITY);
        let owner = Worker::new(&nodes);
        let counter = thread::spawn({
            let owner = owner.clone();
            move || owner.0.len()
        });
        (0..CAPACITY).for_each(|id| assert!(owner.push(id)));
        owner.drain_half().unwrap();
        counter.join().unwrap()
    });
}

/// A worker goes to sleep while `publish` runs in another thread, which then looks for sleepers.
/// Returns whether the look found one. It must, if the worker found nothing.
fn sleeper_against<T: Send + 'static>(
    publish: impl FnOnce() -> T + Send + 'static,
    is_empty: impl FnOnce() -> bool,
) -> (bool, T) {
    let asleep = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let asleep = asleep.clone();
        move || {
            let published = publish();
            (asleep.load(SeqCst), published)
        }
    });
    asleep.swap(true, SeqCst);
    let empty = is_empty();
    let (seen, published) = other.join().unwrap();
    assert!(seen || !empty, "a task waits beside a sleeping worker");
    (seen, published)
}

#[test]
fn ring_push_against_sleep() {
    check(4, [false, true], || {
        let owner = Worker::new(&Nodes::new(1));
        let ring = owner.0.clone();
        sleeper_against(move || assert!(owner.push_visible(0)), || ring.is_empty()).0
    });
}

#[test]
fn ring_pop_against_sleep() {
    check(4, [false, true], || {
        let owner = Worker::new(&Nodes::new(2));
        let ring = owner.0.clone();
        let publish = move || {
            assert!(owner.push(0) && owner.push(1));
            assert_eq!(owner.pop(), Some(0));
        };
        sleeper_against(publish, || ring.is_empty()).0
    });
}

#[test]
fn ring_steal_against_sleep() {
    check(4, [false, true], || {
        let nodes = Nodes::new(3);
        let (owner, thief) = (Worker::new(&nodes), Worker::new(&nodes));
        (0..3).for_each(|id| assert!(owner.push(id)));
        let ring = thief.0.clone();
        let publish = move || assert_eq!(thief.steal(&owner), Some(0));
        sleeper_against(publish, || ring.is_empty()).0
    });
}

/// An injection queue, and the promise of each model that a node is pushed by who has it.
#[derive(Clone)]
struct Queue(Arc<Inject<Node>>, Nodes);

impl Queue {
    fn new(count: usize) -> Self {
        Self(Arc::new(Inject::new()), Nodes::new(count))
    }

    fn push(&self, id: usize) -> bool {
        // SAFETY: the model's promise, and the nodes outlive the queue.
        unsafe { self.0.push(self.1.give(id)) }
    }

    fn push_two(&self, first: usize, last: usize) -> bool {
        let (first, last) = (self.1.give(first), self.1.give(last));
        // SAFETY: the nodes outlive the queue.
        unsafe { first.as_ref() }.next.store(last.as_ptr(), Relaxed);
        // SAFETY: as in `push`; the chain was linked above.
        unsafe { self.0.push_chain(first, last) }
    }

    fn take(&self, max: usize) -> Vec<usize> {
        let mut taken = Vec::new();
        let count = self.0.take(max, |node| taken.push(got(node)));
        assert_eq!(count, taken.len());
        taken
    }

    /// Take until there were `count`.
    fn take_all(&self, count: usize) -> Vec<usize> {
        let mut all = Vec::new();
        while all.len() < count {
            let taken = self.take(usize::MAX);
            if taken.is_empty() {
                thread::yield_now();
            }
            all.extend(taken);
        }
        assert!(self.0.is_empty());
        all
    }

    fn close(&self) -> Vec<usize> {
        let drained = self.0.close().map(got).collect();
        assert!(self.0.is_empty());
        drained
    }
}

#[test]
fn inject_two_pushers_against_a_consumer() {
    let orders = [[0, 1, 2], [0, 2, 1], [2, 0, 1]].map(Vec::from);
    check(3, orders, || {
        let queue = Queue::new(3);
        let others = [vec![0, 1], vec![2]].map(|ids| {
            let queue = queue.clone();
            thread::spawn(move || ids.into_iter().for_each(|id| assert!(queue.push(id))))
        });
        let taken = queue.take_all(3);
        others.into_iter().for_each(|other| other.join().unwrap());
        taken
    });
}

#[test]
fn inject_chain_stays_together() {
    let orders = [[0, 1, 2], [2, 0, 1]].map(Vec::from);
    check(3, orders, || {
        let queue = Queue::new(3);
        let others = [0, 2].map(|id| {
            let queue = queue.clone();
            thread::spawn(move || {
                assert!(if id == 0 { queue.push_two(0, 1) } else { queue.push(2) });
            })
        });
        let taken = queue.take_all(3);
        others.into_iter().for_each(|other| other.join().unwrap());
        taken
    });
}

#[test]
fn inject_pushes_again_what_was_taken() {
    let orders = [[0, 1, 0, 1], [0, 0, 1, 1]].map(Vec::from);
    check(3, orders, || {
        let queue = Queue::new(2);
        let other = thread::spawn({
            let queue = queue.clone();
            move || {
                assert!(queue.push(0));
                assert!(queue.push(1));
            }
        });
        let mut all = Vec::new();
        while all.len() < 4 {
            // Their first time, both are pushed again as soon as they come.
            match queue.take(1).pop() {
                Some(id) => {
                    if !all.contains(&id) {
                        assert!(queue.push(id));
                    }
                    all.push(id);
                }
                None => thread::yield_now(),
            }
        }
        assert!(queue.0.is_empty());
        other.join().unwrap();
        all
    });
}

#[test]
fn inject_two_consumers() {
    check(3, [()], || {
        let queue = Queue::new(3);
        assert!(queue.push(0));
        let other = thread::spawn({
            let queue = queue.clone();
            move || queue.take(2)
        });
        let pusher = thread::spawn({
            let queue = queue.clone();
            move || {
                assert!(queue.push(1));
                assert!(queue.push(2));
            }
        });
        let mut seen = queue.take(1);
        let others = other.join().unwrap();
        assert!(others.is_sorted());
        seen.extend(others);
        pusher.join().unwrap();
        seen.extend(queue.take_all(3 - seen.len()));
        each_once(3, seen);
    });
}

#[test]
fn inject_two_pushers_against_close() {
    // All that may be there, in the order of the queue; what is not, was refused.
    let drained =
        [&[][..], &[0], &[2], &[0, 1], &[0, 2], &[2, 0], &[0, 1, 2], &[0, 2, 1], &[2, 0, 1]];
    check(3, drained.map(Vec::from), || {
        let queue = Queue::new(3);
        let others = [vec![0, 1], vec![2]].map(|ids| {
            let queue = queue.clone();
            thread::spawn(move || -> Vec<usize> {
                ids.into_iter().filter(|&id| !queue.push(id)).collect()
            })
        });
        let drained = queue.close();
        let refused = others.into_iter().flat_map(|other| other.join().unwrap());
        each_once(3, drained.iter().copied().chain(refused));
        assert!(!queue.push(0) && queue.take(1).is_empty());
        drained
    });
}

#[test]
fn inject_consumer_against_close() {
    // What was taken, what was drained.
    let outcomes = [(&[][..], &[0, 1][..]), (&[0], &[1]), (&[0, 1], &[])];
    check(4, outcomes.map(|(taken, drained)| (taken.to_vec(), drained.to_vec())), || {
        let queue = Queue::new(2);
        let other = thread::spawn({
            let queue = queue.clone();
            move || {
                let mut taken = queue.take(1);
                taken.extend(queue.take(1));
                taken
            }
        });
        assert!(queue.push(0) & queue.push(1));
        let drained = queue.close();
        (other.join().unwrap(), drained)
    });
}

#[test]
fn inject_push_against_sleep() {
    check(4, [false, true], || {
        let queue = Queue::new(1);
        let other = queue.clone();
        sleeper_against(move || assert!(other.push(0)), || queue.0.is_empty()).0
    });
}

#[test]
fn inject_take_against_sleep() {
    // A consumer that leaves something looks for sleepers after it.
    check(4, [(false, false), (false, true), (true, false), (true, true)], || {
        let queue = Queue::new(2);
        let pusher = queue.clone();
        let publish = move || assert!(pusher.push(0) && pusher.push(1));
        let mut taken = Vec::new();
        let (seen, ()) = sleeper_against(publish, || {
            taken = queue.take(1);
            queue.0.is_empty()
        });
        (seen, taken.is_empty())
    });
}
