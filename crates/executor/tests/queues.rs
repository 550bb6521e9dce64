//! The two queues of the pool against `VecDeque`s, by one thread.

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
use proptest::prelude::*;
use ring::{CAPACITY, HALF, Ring, Stolen};
use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
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
    // Nobody but the queue minds a link to nowhere.
    let next = AtomicPtr::new(std::ptr::dangling_mut());
    NonNull::from(Box::leak(Box::new(Node { next, id })))
}

/// Which node this is. It must be one that `give` made and that is got for the first time: Miri
/// would see another free.
fn got(node: NonNull<Node>) -> usize {
    // SAFETY: as said.
    unsafe { Box::from_raw(node.as_ptr()) }.id
}

/// What is done to one of two rings.
#[derive(Clone, Copy, Debug)]
enum OnRing {
    Push(usize),
    PushVisible(usize),
    Pop(usize),
    /// The owner of the other ring steals.
    Steal,
    DrainHalf,
}

fn on_ring() -> impl Strategy<Value = OnRing> {
    let many = prop_oneof![0..5_usize, 0..CAPACITY + 3];
    prop_oneof![
        4 => many.clone().prop_map(OnRing::Push),
        1 => (0..3_usize).prop_map(OnRing::PushVisible),
        2 => many.prop_map(OnRing::Pop),
        2 => Just(OnRing::Steal),
        1 => Just(OnRing::DrainHalf),
    ]
}

/// A ring and what should be in it.
struct Pair {
    ring: Ring<Node>,
    model: VecDeque<usize>,
    /// How many tasks ever came in.
    pushed: u64,
}

impl Pair {
    fn new() -> Self {
        Self { ring: Ring::new(), model: VecDeque::new(), pushed: 0 }
    }

    fn push(&mut self, id: usize, visible: bool) {
        let node = give(id);
        let pushed = if visible {
            // SAFETY: there is one thread.
            unsafe { self.ring.push_visible(node) }
        } else {
            // SAFETY: there is one thread.
            unsafe { self.ring.push(node) }
        };
        assert_eq!(pushed.is_ok(), self.model.len() < CAPACITY);
        match pushed {
            Ok(()) => {
                self.model.push_back(id);
                self.pushed += 1;
            }
            Err(node) => assert_eq!(got(node), id),
        }
    }

    fn pop(&mut self) -> Option<usize> {
        // SAFETY: there is one thread.
        let id = unsafe { self.ring.pop() }.map(got);
        assert_eq!(id, self.model.pop_front());
        id
    }

    fn steal_from(&mut self, victim: &mut Self) {
        // SAFETY: there is one thread, and these are two rings.
        let stolen = unsafe { victim.ring.steal_into(&self.ring) };
        let count = victim.model.len().div_ceil(2);
        if count == 0 || self.model.len() > CAPACITY - HALF {
            assert!(stolen.is_none());
            return;
        }
        let Stolen { task, count: stolen } = stolen.unwrap();
        assert_eq!(stolen, count);
        assert_eq!(Some(got(task)), victim.model.pop_front());
        self.model.extend(victim.model.drain(..count - 1));
        self.pushed += count as u64 - 1;
    }

    fn drain_half(&mut self) {
        // SAFETY: there is one thread.
        let half = unsafe { self.ring.drain_half() };
        assert_eq!(half.is_some(), self.model.len() == CAPACITY);
        for node in half.into_iter().flatten() {
            assert_eq!(Some(got(node)), self.model.pop_front());
        }
    }

    fn check(&self) {
        assert_eq!(self.ring.len(), self.model.len());
        assert_eq!(self.ring.is_empty(), self.model.is_empty());
        assert_eq!(self.ring.only(), (self.model.len() == 1).then(|| self.pushed - 1));
    }
}

/// What is done to an injection queue.
#[derive(Clone, Copy, Debug)]
enum OnInject {
    Push,
    PushChain(usize),
    Take(usize),
    /// Close it, look at what was in it, and go on with a new one.
    Close,
}

fn on_inject() -> impl Strategy<Value = OnInject> {
    prop_oneof![
        4 => Just(OnInject::Push),
        2 => (1..5_usize).prop_map(OnInject::PushChain),
        4 => (0..6_usize).prop_map(OnInject::Take),
        1 => Just(OnInject::Close),
    ]
}

fn chain(ids: impl IntoIterator<Item = usize>) -> Vec<NonNull<Node>> {
    let nodes: Vec<_> = ids.into_iter().map(give).collect();
    for two in nodes.windows(2) {
        // SAFETY: `give` made it, and nobody has got it yet.
        unsafe { two[0].as_ref() }.next.store(two[1].as_ptr(), Relaxed);
    }
    nodes
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn rings(steps in prop::collection::vec((any::<bool>(), on_ring()), 0..30)) {
        let (mut one, mut two) = (Pair::new(), Pair::new());
        let mut ids = 0..;
        for (other, step) in steps {
            let (this, that) = if other { (&mut two, &mut one) } else { (&mut one, &mut two) };
            match step {
                OnRing::Push(count) => {
                    ids.by_ref().take(count).for_each(|id| this.push(id, false));
                }
                OnRing::PushVisible(count) => {
                    ids.by_ref().take(count).for_each(|id| this.push(id, true));
                }
                OnRing::Pop(count) => (0..count).for_each(|_| { this.pop(); }),
                OnRing::Steal => that.steal_from(this),
                OnRing::DrainHalf => this.drain_half(),
            }
            one.check();
            two.check();
        }
        for mut pair in [one, two] {
            while pair.pop().is_some() {}
        }
    }

    #[test]
    fn injection(steps in prop::collection::vec(on_inject(), 0..60)) {
        let (mut queue, mut model) = (Inject::new(), VecDeque::new());
        let mut ids = 0_usize..;
        for step in steps.into_iter().chain([OnInject::Close]) {
            match step {
                OnInject::Push | OnInject::PushChain(_) => {
                    let count = if let OnInject::PushChain(count) = step { count } else { 1 };
                    let ids: Vec<_> = ids.by_ref().take(count).collect();
                    let nodes = chain(ids.iter().copied());
                    let pushed = if let [node] = nodes[..] {
                        // SAFETY: `give` made it, and it lives until `got` gets it.
                        unsafe { queue.push(node) }
                    } else {
                        // SAFETY: as above, and `chain` has linked them.
                        unsafe { queue.push_chain(nodes[0], nodes[count - 1]) }
                    };
                    assert!(pushed);
                    if pushed {
                        model.extend(ids);
                    } else {
                        assert_eq!(nodes.into_iter().map(got).collect::<Vec<_>>(), ids);
                    }
                }
                OnInject::Take(max) => {
                    let mut taken = Vec::new();
                    let count = queue.take(max, |node| taken.push(got(node)));
                    let expected: Vec<_> = model.drain(..max.min(model.len())).collect();
                    assert_eq!((count, taken), (expected.len(), expected));
                }
                OnInject::Close => {
                    assert!(queue.close().map(got).eq(model.drain(..)));
                    assert!(queue.is_empty() && queue.close().next().is_none());
                    queue = Inject::new();
                }
            }
            assert_eq!(queue.is_empty(), model.is_empty());
        }
    }
}

#[test]
fn node_is_pushed_again() {
    let (first, second) = (give(0), give(1));
    let queue = Inject::new();
    let mut taken = Vec::new();
    // SAFETY: `give` made the nodes, and they live until `got` gets them, below.
    assert!(unsafe { queue.push(first) });
    // SAFETY: as above.
    assert!(unsafe { queue.push(second) });
    assert_eq!(queue.take(1, |node| taken.push(node)), 1);
    // Its link still leads to the second.
    // SAFETY: as above.
    assert!(unsafe { queue.push(taken[0]) });
    assert_eq!(queue.take(5, |node| taken.push(node)), 2);
    assert!(queue.is_empty());
    assert_eq!(taken, [first, second, first]);
    assert_eq!((got(first), got(second)), (0, 1));
}
