//! The known mistakes of linked queues, one test each.
#![allow(clippy::unwrap_used)]

use std::cell::{Cell, RefCell};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use raw_queue::{IntoIter, Iter, IterMut, Queue};

/// The classic: the links own their nodes as `Box`, the tail is a raw pointer into one of them, and
/// the next look through the `Box` takes the tail's right to write away. Under Miri this test fails
/// for that queue at the second `pop`, in both models.
#[test]
fn a_box_beside_the_raw_tail() {
    let mut queue = Queue::new();
    queue.push(1);
    queue.push(2);
    assert_eq!(queue.pop(), Some(1));
    queue.push(3);
    assert_eq!(queue.pop(), Some(2));
    assert_eq!(queue.pop(), Some(3));
    assert_eq!(queue.pop(), None);
}

/// `pop` of the last element moves the head on and forgets the tail: the next `push` writes a link
/// into a freed node.
#[test]
fn the_tail_after_the_last_pop() {
    let mut queue = Queue::from([1]);
    assert_eq!(queue.pop(), Some(1));
    assert_eq!(queue.peek_last(), None);
    queue.push(2);
    assert_eq!(queue.peek(), Some(&2));
    assert_eq!(queue.peek_last(), Some(&2));
}

/// The same through other doors: whatever can empty a queue must reset its tail.
#[test]
fn the_tail_after_everything_else_that_empties() {
    let mut queue = Queue::from([1, 2]);
    queue.clear();
    queue.push(3);
    queue.retain(|_| false);
    queue.push(4);
    drop(queue.split_off(0));
    queue.push(5);
    let mut other = Queue::new();
    other.append(&mut queue);
    queue.push(6);
    assert_eq!(mem::take(&mut queue).into_iter().last(), Some(6));
    queue.push(7);
    assert_eq!(queue.peek_last(), Some(&7));
    assert_eq!(other.pop(), Some(5));
}

/// Dropping the last elements by `retain` must move the tail back to an element that stayed.
#[test]
fn the_tail_after_retain_and_split() {
    let mut queue = Queue::from([1, 2, 3, 4]);
    queue.retain(|n| *n < 3);
    queue.push(5);
    assert_eq!(queue, Queue::from([1, 2, 5]));
    let mut rest = queue.split_off(1);
    queue.push(6);
    rest.push(7);
    assert_eq!(queue, Queue::from([1, 6]));
    assert_eq!(rest, Queue::from([2, 5, 7]));
}

/// References and the queue used in turns, as far as the borrow checker allows. A reference to the
/// whole node, rather than to the element, would end the tail's right to write the link.
#[test]
fn peeks_and_pushes_in_turns() {
    let mut queue = Queue::from([Box::new(1)]);
    **queue.peek_mut().unwrap() += 10;
    queue.push(Box::new(2));
    let first = queue.peek().unwrap();
    let last = queue.peek_last().unwrap();
    assert_eq!(**first + **last, 13);
    **queue.peek_last_mut().unwrap() += 10;
    queue.push(Box::new(3));
    for element in &mut queue {
        **element += 100;
    }
    queue.push(Box::new(4));
    assert_eq!(queue.pop(), Some(Box::new(111)));
    **queue.peek_mut().unwrap() += 1;
    assert_eq!(Vec::from(queue), [Box::new(113), Box::new(103), Box::new(4)]);
}

/// An `iter_mut` that reads the link of a node after it has given the element out, through a
/// reference to the node, invalidates the reference that the caller still holds.
#[test]
fn all_mutable_references_at_once() {
    let mut queue = Queue::from([1, 2, 3]);
    let mut iter = queue.iter_mut();
    let first = iter.next().unwrap();
    *first = 10;
    let second = iter.next().unwrap();
    mem::swap(first, second);
    let rest: Vec<_> = iter.collect();
    *first += 1;
    for element in rest {
        mem::swap(element, second);
    }
    *second += 1;
    assert_eq!(queue, Queue::from([3, 4, 10]));
}

/// The same with `Debug` looking at what is left of the iterator in between.
#[test]
fn debug_of_an_iterator_that_has_given_out_references() {
    let mut queue = Queue::from([1, 2, 3]);
    let mut iter = queue.iter_mut();
    let first = iter.next().unwrap();
    assert_eq!(format!("{iter:?}"), "IterMut([2, 3])");
    *first = 7;
    assert_eq!(iter.len(), 2);
    drop(iter);
    assert_eq!(format!("{:?}", queue.iter()), "Iter([7, 2, 3])");
    assert_eq!(format!("{:?}", queue.into_iter()), "IntoIter([7, 2, 3])");
}

/// Counts its drops, and panics in the one with a number to panic at.
struct Bomb<'a> {
    drops: &'a Cell<u32>,
    panics: bool,
}

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + 1);
        assert!(!self.panics, "the drop of an element panics");
    }
}

fn with_bomb(drops: &Cell<u32>, length: u32, at: u32) -> Queue<Bomb<'_>> {
    (0..length).map(|n| Bomb { drops, panics: n == at }).collect()
}

/// A `drop` that panics must not leave the other elements undropped, nor drop one twice.
#[test]
fn a_panic_in_the_drop_of_an_element() {
    for at in 0..4 {
        let drops = Cell::new(0);
        let queue = with_bomb(&drops, 4, at);
        assert!(catch_unwind(AssertUnwindSafe(|| drop(queue))).is_err());
        assert_eq!(drops.get(), 4);
    }
}

/// The same in `clear`: afterwards the queue is empty and of use.
#[test]
fn a_panic_in_clear() {
    let drops = Cell::new(0);
    let mut queue = with_bomb(&drops, 4, 1);
    assert!(catch_unwind(AssertUnwindSafe(|| queue.clear())).is_err());
    assert_eq!((drops.get(), queue.len()), (4, 0));
    queue.push(Bomb { drops: &drops, panics: false });
    drop(queue);
    assert_eq!(drops.get(), 5);
}

/// The same in an `IntoIter` that is dropped half way.
#[test]
fn a_panic_in_the_drop_of_into_iter() {
    let drops = Cell::new(0);
    let mut iter = with_bomb(&drops, 4, 2).into_iter();
    drop(iter.next());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(iter))).is_err());
    assert_eq!(drops.get(), 4);
}

/// A predicate that panics in `retain`: what was kept and what was not looked at is still there,
/// in order, and the queue works.
#[test]
fn a_panic_in_the_predicate_of_retain() {
    let mut queue: Queue<_> = (0..6).map(Box::new).collect();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        queue.retain(|n| {
            assert!(**n != 3, "the predicate panics");
            **n != 1
        });
    }));
    assert!(outcome.is_err());
    queue.push(Box::new(6));
    assert_eq!(queue.len(), 6);
    assert!(queue.into_iter().map(|n| *n).eq([0, 2, 3, 4, 5, 6]));
}

/// A drop that panics in `retain` loses the element that was being dropped and no other.
#[test]
fn a_panic_of_a_drop_in_retain() {
    let drops = Cell::new(0);
    let mut queue = with_bomb(&drops, 4, 1);
    assert!(catch_unwind(AssertUnwindSafe(|| queue.retain(|bomb| !bomb.panics))).is_err());
    assert_eq!((drops.get(), queue.len()), (1, 3));
}

/// `clone` that panics half way must free the half that was made.
#[test]
fn a_panic_in_clone() {
    #[derive(Debug)]
    struct Fuse(Rc<Cell<u32>>);

    impl Clone for Fuse {
        fn clone(&self) -> Self {
            let left = self.0.get();
            assert!(left > 0, "the clone panics");
            self.0.set(left - 1);
            Self(self.0.clone())
        }
    }

    let fuse = Rc::new(Cell::new(2));
    let queue: Queue<_> = (0..4).map(|_| Fuse(fuse.clone())).collect();
    assert!(catch_unwind(AssertUnwindSafe(|| queue.clone())).is_err());
    assert_eq!(Rc::strong_count(&fuse), 5);
    // `clone_from` keeps what it had, or has replaced it; nothing is freed twice.
    let mut other: Queue<_> = (0..2).map(|_| Fuse(fuse.clone())).collect();
    assert!(catch_unwind(AssertUnwindSafe(|| other.clone_from(&queue))).is_err());
    drop((queue, other));
    assert_eq!(Rc::strong_count(&fuse), 1);
}

/// `mem::forget` of an iterator is safe: the queue that it borrowed must be whole afterwards. An
/// iterator that repairs the queue in its `drop` fails here.
#[test]
#[allow(clippy::forget_non_drop, reason = "that they need no drop is the point")]
fn a_leaked_iterator() {
    let mut queue = Queue::from([1, 2, 3]);
    let mut iter = queue.iter_mut();
    *iter.next().unwrap() = 10;
    mem::forget(iter);
    let mut iter = queue.iter();
    iter.next();
    mem::forget(iter);
    queue.push(4);
    assert_eq!(queue, Queue::from([10, 2, 3, 4]));
}

/// A list whose nodes own their successors drops them one inside the other and overflows the
/// stack.
#[test]
fn drop_without_recursion() {
    let length = if cfg!(miri) { 2_000 } else { 1_000_000 };
    let queue: Queue<Box<u32>> = (0..length).map(Box::new).collect();
    assert_eq!(queue.len(), length as usize);
    // A small stack, so that a recursion would be seen even where the main one is large.
    let thread = std::thread::Builder::new().stack_size(64 * 1024);
    thread.spawn(move || drop(queue)).unwrap().join().unwrap();
}

/// An element that reaches back to its own queue while it is dropped.
#[test]
fn an_element_that_uses_its_queue_while_it_is_dropped() {
    struct Reentrant(Rc<RefCell<Queue<Reentrant>>>, u32);

    impl Drop for Reentrant {
        fn drop(&mut self) {
            if self.1 > 0 {
                self.0.borrow_mut().push(Reentrant(self.0.clone(), self.1 - 1));
            }
        }
    }

    let shared = Rc::new(RefCell::new(Queue::new()));
    shared.borrow_mut().push(Reentrant(shared.clone(), 3));
    let mut popped = 0;
    loop {
        let element = shared.borrow_mut().pop();
        if element.is_none() {
            break;
        }
        popped += 1;
    }
    assert_eq!(popped, 4);
    assert_eq!(Rc::strong_count(&shared), 1);
}

/// `append` of a queue to an empty one, of an empty one, and of two empty ones: each forgets one of
/// the four pointers if written carelessly.
#[test]
fn append_with_nothing_on_a_side() {
    for (a, b) in [(0, 0), (0, 2), (2, 0), (1, 1)] {
        let mut left: Queue<_> = (0..a).collect();
        let mut right: Queue<_> = (a..a + b).collect();
        left.append(&mut right);
        right.push(100);
        left.push(a + b);
        assert!(left.into_iter().eq(0..=a + b));
        assert!(right.into_iter().eq([100]));
    }
}

/// Elements without a size: each has a node all the same, and is dropped once.
#[test]
fn zero_sized_elements() {
    thread_local!(static DROPS: Cell<u32> = const { Cell::new(0) });

    #[derive(Clone)]
    struct Nothing;

    impl Drop for Nothing {
        fn drop(&mut self) {
            DROPS.set(DROPS.get() + 1);
        }
    }

    let mut queue = Queue::from([Nothing, Nothing, Nothing]);
    let all: Vec<&mut Nothing> = queue.iter_mut().collect();
    assert_eq!(all.len(), 3);
    assert_eq!(queue.iter().len(), 3);
    drop(queue.pop());
    assert_eq!(DROPS.get(), 1);
    drop(queue);
    assert_eq!(DROPS.get(), 3);
}

/// Elements with an alignment larger than a pointer's, which symbolic alignment checks.
#[test]
fn aligned_elements() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(align(128))]
    struct Line(u8);

    let mut queue = Queue::from([Line(1), Line(2)]);
    queue.peek_last_mut().unwrap().0 = 3;
    assert!(queue.iter().all(|line| std::ptr::from_ref(line).is_aligned()));
    assert_eq!(queue.pop(), Some(Line(1)));
    assert_eq!(queue.pop(), Some(Line(3)));
}

/// An element does not move while it is in the queue, whatever happens around it.
#[test]
fn elements_stay_where_they_are() {
    let mut queue = Queue::from([1]);
    let address = std::ptr::from_ref(queue.peek().unwrap());
    queue.extend(2..100);
    let mut all = Queue::from([0]);
    all.append(&mut queue);
    all.retain(|n| n % 2 == 1);
    assert_eq!(std::ptr::from_ref(all.peek().unwrap()), address);
}

/// `*mut Node<T>` in a field makes a collection invariant; users notice when they store `&str`.
/// This test is that it compiles.
#[test]
fn covariance() {
    fn queue<'a>(q: Queue<&'static str>) -> Queue<&'a str> {
        q
    }
    fn iter<'a, 'q>(i: Iter<'q, &'static str>) -> Iter<'q, &'a str> {
        i
    }
    fn into_iter<'a>(i: IntoIter<&'static str>) -> IntoIter<&'a str> {
        i
    }
    let q = queue(Queue::from(["a"]));
    assert_eq!(iter(q.iter()).next(), Some(&"a"));
    assert_eq!(into_iter(q.into_iter()).next(), Some("a"));
}

/// Raw pointers take `Send` and `Sync` away. A hand-written impl that forgets the bound on `T` gives
/// too much back; the cases that must not compile are in the docs of `Queue`.
#[test]
fn send_and_sync() {
    fn both<T: Send + Sync>() {}
    fn send<T: Send>() {}
    both::<Queue<String>>();
    both::<Iter<'_, String>>();
    both::<IterMut<'_, String>>();
    both::<IntoIter<String>>();
    // `Cell` is `Send` and not `Sync`.
    send::<Queue<Cell<u8>>>();
    send::<IterMut<'_, Cell<u8>>>();
    send::<IntoIter<Cell<u8>>>();
}

/// What the compiler must refuse, asked of the compiler: an ambiguous name where the trait holds.
#[test]
fn neither_send_nor_sync() {
    macro_rules! is_not {
        ($t:ty: $bound:ident) => {{
            trait Ambiguous<A> {
                fn some() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $bound> Ambiguous<u8> for T {}
            <$t as Ambiguous<_>>::some();
        }};
    }
    is_not!(Queue<Rc<u8>>: Send);
    is_not!(Queue<Rc<u8>>: Sync);
    is_not!(Queue<Cell<u8>>: Sync);
    is_not!(Iter<'_, Cell<u8>>: Send);
    is_not!(Iter<'_, Cell<u8>>: Sync);
    is_not!(IterMut<'_, Rc<u8>>: Send);
    is_not!(IterMut<'_, Cell<u8>>: Sync);
    is_not!(IntoIter<Rc<u8>>: Send);
    is_not!(IntoIter<Cell<u8>>: Sync);
}

/// Across threads: the nodes are freed by another thread than the one that made them.
#[test]
fn sent_to_another_thread_and_read_by_two() {
    let queue: Queue<_> = (0..4).map(Arc::new).collect();
    let queue = std::thread::spawn(move || queue).join().unwrap();
    let sum = || queue.iter().map(|n| **n).sum::<i32>();
    let (a, b) = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(sum), scope.spawn(sum));
        (a.join().unwrap(), b.join().unwrap())
    });
    assert_eq!((a, b), (6, 6));
}

/// An iterator that has ended stays ended, though the queue could grow afterwards.
#[test]
fn ended_iterators_stay_ended() {
    let mut queue = Queue::from([1]);
    let mut iter = queue.iter_mut();
    assert!(iter.next().is_some());
    assert!(iter.next().is_none() && iter.next().is_none());
    assert_eq!(iter.size_hint(), (0, Some(0)));
    assert_eq!(Iter::<u8>::default().len(), 0);
    assert_eq!(IterMut::<u8>::default().len(), 0);
    assert_eq!(IntoIter::<u8>::default().len(), 0);
}

/// `split_off` past the end must say so, and leave the queue whole.
#[test]
fn split_off_past_the_end() {
    let mut queue = Queue::from([1, 2]);
    let outcome = catch_unwind(AssertUnwindSafe(|| queue.split_off(3)));
    let message = *outcome.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(message, "cannot split a queue of 2 elements at 3");
    assert_eq!(queue.len(), 2);
    assert!(queue.split_off(2).is_empty());
}

/// Two queues of queues with the same elements in the same order, cut at different places.
#[test]
fn hashes_know_the_lengths() {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let a = Queue::from([Queue::from([1, 2]), Queue::from([3])]);
    let b = Queue::from([Queue::from([1]), Queue::from([2, 3])]);
    assert_ne!(hasher.hash_one(&a), hasher.hash_one(&b));
    assert_eq!(hasher.hash_one(&a), hasher.hash_one(a.clone()));
}
