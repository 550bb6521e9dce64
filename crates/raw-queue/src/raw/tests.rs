//! Every short sequence of operations, with the invariants checked after each operation.

extern crate std;

use core::ptr;
use std::collections::VecDeque;
use std::vec::Vec;

use super::RawQueue;

impl<T> RawQueue<T> {
    /// Panic if invariant 1 or 2 does not hold.
    fn check(&self) {
        assert_eq!(self.head.is_none(), self.len == 0);
        assert_eq!(self.tail.is_none(), self.len == 0);
        let mut last = None;
        let mut next = self.head;
        for _ in 0..self.len {
            last = next;
            let node = next.expect("fewer nodes than `len`").as_ptr();
            // SAFETY: live by invariant 3, which Miri watches.
            next = unsafe { (*node).next };
        }
        assert!(next.is_none(), "more nodes than `len`");
        assert_eq!(last, self.tail);
    }
}

/// Something done to two queues and to their models, with a number to push.
type Operation = fn(&mut [RawQueue<u32>; 2], &mut [VecDeque<u32>; 2], u32);

const OPERATIONS: [Operation; 6] = [
    |[queue, _], [model, _], n| {
        queue.push_back(n);
        model.push_back(n);
    },
    |[queue, _], [model, _], n| {
        queue.push_front(n);
        model.push_front(n);
    },
    |[queue, _], [model, _], _| assert_eq!(queue.pop_front(), model.pop_front()),
    |[queue, other], [model, other_model], _| {
        queue.append(other);
        model.append(other_model);
    },
    |[queue, other], [model, other_model], _| {
        assert_eq!(queue.move_front_of(other), !other_model.is_empty());
        model.extend(other_model.pop_front());
    },
    |queues, models, _| {
        queues.swap(0, 1);
        models.swap(0, 1);
    },
];

#[test]
fn all_short_sequences() {
    let length = if cfg!(miri) { 3 } else { 6 };
    for sequence in 0..OPERATIONS.len().pow(length) {
        let mut queues = [RawQueue::new(), RawQueue::new()];
        let mut models = [VecDeque::new(), VecDeque::new()];
        let mut rest = sequence;
        for n in 0..length {
            OPERATIONS[rest % OPERATIONS.len()](&mut queues, &mut models, n);
            rest /= OPERATIONS.len();
            for (queue, model) in queues.iter_mut().zip(&mut models) {
                queue.check();
                assert_eq!(queue.len(), model.len());
                assert_eq!(queue.front(), model.front());
                assert_eq!(queue.back(), model.back());
                let mut walk = queue.walk();
                let seen: Vec<_> = core::iter::from_fn(|| walk.step()).collect();
                assert!(seen.into_iter().eq(&*model));
            }
        }
    }
}

#[test]
fn an_empty_queue_allocates_nothing_and_has_no_tail() {
    let queue = RawQueue::<u32>::new();
    queue.check();
    assert!(queue.front().is_none() && queue.back().is_none());
}

#[test]
fn move_front_keeps_the_node() {
    let mut from = RawQueue::new();
    from.push_back(1);
    let address = from.front().map(ptr::from_ref);
    let mut to = RawQueue::new();
    to.push_back(0);
    assert!(to.move_front_of(&mut from));
    assert_eq!(to.back().map(ptr::from_ref), address);
}

#[test]
fn rest_does_not_move_on() {
    let mut queue = RawQueue::new();
    queue.push_back(1);
    queue.push_back(2);
    let mut walk = queue.walk_mut();
    let first = walk.step();
    assert_eq!(walk.rest().step(), Some(&2));
    assert_eq!(walk.rest().left(), 1);
    assert_eq!(first, Some(&mut 1));
    assert_eq!(walk.step(), Some(&mut 2));
    assert_eq!(walk.step(), None);
}
