//! Random sequences of operations, against `VecDeque`.
#![allow(clippy::unwrap_used)]

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use proptest::collection::vec;
use proptest::prelude::*;
use raw_queue::Queue;

/// Elements that own memory, so that Miri's leak check sees each one.
type Element = Box<u8>;

#[derive(Clone, Debug)]
enum Operation {
    Push(u8),
    PushFront(u8),
    Pop,
    PopIf(u8),
    PeekMut(u8),
    PeekLastMut(u8),
    Clear,
    /// Onto the end of the queue; then the other is refilled.
    Append(Vec<u8>),
    Retain(u8),
    RetainMut(u8),
    /// Cut in two at a fraction of the length, and keep one of the two.
    SplitOff(u8, bool),
    Extend(Vec<u8>),
    IterMut(u8),
    Clone,
    CloneFrom(Vec<u8>),
    /// Through `into_iter`, after some steps.
    IntoIter(u8),
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..5)
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        4 => any::<u8>().prop_map(Push),
        2 => any::<u8>().prop_map(PushFront),
        4 => Just(Pop),
        1 => any::<u8>().prop_map(PopIf),
        1 => any::<u8>().prop_map(PeekMut),
        1 => any::<u8>().prop_map(PeekLastMut),
        1 => Just(Clear),
        2 => bytes().prop_map(Append),
        1 => any::<u8>().prop_map(Retain),
        1 => any::<u8>().prop_map(RetainMut),
        2 => any::<(u8, bool)>().prop_map(|(at, back)| SplitOff(at, back)),
        2 => bytes().prop_map(Extend),
        1 => any::<u8>().prop_map(IterMut),
        1 => Just(Clone),
        1 => bytes().prop_map(CloneFrom),
        1 => any::<u8>().prop_map(IntoIter),
    ]
}

fn boxes<C: FromIterator<Element>>(bytes: &[u8]) -> C {
    bytes.iter().copied().map(Box::new).collect()
}

fn apply(operation: &Operation, queue: &mut Queue<Element>, model: &mut VecDeque<Element>) {
    match operation {
        Operation::Push(n) => {
            queue.push(Box::new(*n));
            model.push_back(Box::new(*n));
        }
        Operation::PushFront(n) => {
            queue.push_front(Box::new(*n));
            model.push_front(Box::new(*n));
        }
        Operation::Pop => assert_eq!(queue.pop(), model.pop_front()),
        Operation::PopIf(limit) => {
            let popped = queue.pop_if(|n| **n < *limit);
            let expected =
                if model.front().is_some_and(|n| **n < *limit) { model.pop_front() } else { None };
            assert_eq!(popped, expected);
        }
        Operation::PeekMut(n) => {
            queue.peek_mut().into_iter().for_each(|first| **first = *n);
            model.front_mut().into_iter().for_each(|first| **first = *n);
        }
        Operation::PeekLastMut(n) => {
            queue.peek_last_mut().into_iter().for_each(|last| **last = *n);
            model.back_mut().into_iter().for_each(|last| **last = *n);
        }
        Operation::Clear => {
            queue.clear();
            model.clear();
        }
        Operation::Append(more) => {
            let mut other: Queue<_> = boxes(more);
            queue.append(&mut other);
            assert!(other.is_empty());
            // The emptied queue must not know the nodes any longer.
            other.push(Box::new(0));
            assert_eq!(other.len(), 1);
            model.extend(boxes::<Vec<_>>(more));
        }
        Operation::Retain(limit) => {
            queue.retain(|n| **n < *limit);
            model.retain(|n| **n < *limit);
        }
        Operation::RetainMut(limit) => {
            let keep = |n: &mut Element| {
                **n = n.wrapping_mul(3);
                **n < *limit
            };
            queue.retain_mut(keep);
            model.retain_mut(keep);
        }
        Operation::SplitOff(at, back) => {
            let at = usize::from(*at) * model.len() / 255;
            let mut rest = queue.split_off(at);
            let mut model_rest = model.split_off(at);
            assert!(rest.iter().eq(&model_rest));
            if *back {
                std::mem::swap(queue, &mut rest);
                std::mem::swap(model, &mut model_rest);
            }
        }
        Operation::Extend(more) => {
            queue.extend(boxes::<Vec<_>>(more));
            model.extend(boxes::<Vec<_>>(more));
        }
        Operation::IterMut(n) => {
            queue.iter_mut().for_each(|element| **element ^= n);
            model.iter_mut().for_each(|element| **element ^= n);
        }
        Operation::Clone => {
            let copy = queue.clone();
            assert_eq!(copy, *queue);
            *queue = copy;
        }
        Operation::CloneFrom(source) => {
            queue.clone_from(&boxes(source));
            *model = boxes(source);
        }
        Operation::IntoIter(steps) => {
            let mut elements = std::mem::take(queue).into_iter();
            let mut expected = std::mem::take(model).into_iter();
            for _ in 0..steps % 4 {
                assert_eq!(elements.next(), expected.next());
            }
            assert_eq!(elements.len(), expected.len());
            assert!(elements.clone().eq(expected.clone()));
            *queue = elements.collect();
            *model = expected.collect();
        }
    }
}

fn same(queue: &mut Queue<Element>, model: &mut VecDeque<Element>) {
    assert_eq!(queue.len(), model.len());
    assert_eq!(queue.is_empty(), model.is_empty());
    assert_eq!(queue.peek(), model.front());
    assert_eq!(queue.peek_mut(), model.front_mut());
    assert_eq!(queue.peek_last(), model.back());
    assert_eq!(queue.peek_last_mut(), model.back_mut());
    assert_eq!(queue.iter().size_hint(), (model.len(), Some(model.len())));
    assert!(queue.iter().eq(model.iter()));
    assert!(queue.iter_mut().eq(model.iter_mut()));
    assert_eq!(format!("{queue:?}"), format!("{model:?}"));
}

fn hash(of: &impl std::hash::Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(of)
}

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// The longest sequence of operations.
const LENGTH: usize = if cfg!(miri) { 12 } else { 24 };

proptest! {
    #![proptest_config(config())]

    #[test]
    fn behaves_like_a_vec_deque(operations in vec(operation(), 0..=LENGTH)) {
        let mut queue = Queue::new();
        let mut model = VecDeque::new();
        for operation in &operations {
            apply(operation, &mut queue, &mut model);
            same(&mut queue, &mut model);
        }
        prop_assert!(Vec::from(queue).into_iter().eq(model));
    }

    #[test]
    fn compares_like_a_vec_deque(a in bytes(), b in bytes()) {
        let (queue_a, queue_b) = (Queue::from(a.clone()), Queue::from(b.clone()));
        let (model_a, model_b) = (VecDeque::from(a), VecDeque::from(b));
        prop_assert_eq!(queue_a == queue_b, model_a == model_b);
        prop_assert_eq!(queue_a.cmp(&queue_b), model_a.cmp(&model_b));
        prop_assert_eq!(queue_a.partial_cmp(&queue_b), model_a.partial_cmp(&model_b));
        prop_assert_eq!(hash(&queue_a) == hash(&queue_b), model_a == model_b);
        prop_assert_eq!(queue_a.cmp(&queue_a.clone()), Ordering::Equal);
    }

    #[test]
    fn contains_what_was_pushed(elements in bytes(), x in any::<u8>()) {
        prop_assert_eq!(Queue::from(elements.clone()).contains(&x), elements.contains(&x));
    }
}
