//! Mistakes that lock-free vectors shipped with, each under its name.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

// One of them is enough here.
#[allow(dead_code)]
#[path = "common/broken.rs"]
mod broken;
mod common;
#[path = "common/stopped.rs"]
mod stopped;

use std::any::type_name;
use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::{UnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use broken::{Broken, Flaw, PushInTwoSteps};
use common::suite::{linear, model, threads};
use secvec::pause::Point;
use secvec::{SecVec, Word};
use stopped::Stopped;

const ROUNDS: u32 = if cfg!(miri) { 15 } else { 30_000 };

/// What the threads took out of a vector into which each pushed `1..=ROUNDS`, with its number.
fn push_and_pop(threads: u32) -> Vec<u32> {
    let numbers = SecVec::new();
    let mut popped: Vec<u32> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| {
                let numbers = &numbers;
                scope.spawn(move || {
                    let mut popped = Vec::new();
                    for i in 1..=ROUNDS {
                        numbers.push(i * threads + thread);
                        popped.extend(numbers.pop());
                    }
                    popped
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    popped.extend(numbers);
    popped
}

fn vector<const N: usize>(elements: [u32; N]) -> Arc<SecVec<u32>> {
    Arc::new(SecVec::from_iter(elements))
}

/// Push 7 on a thread of its own, which stops at `point`.
fn push_seven(numbers: &Arc<SecVec<u32>>, point: Point) -> Stopped<usize> {
    let numbers = Arc::clone(numbers);
    Stopped::at(point, 1, move || numbers.push(7))
}

/// A published push read its own write descriptor after the exchange that made it public. By then a
/// helper could have finished the write, replaced the descriptor and freed it: a use after free. Here
/// a push that has been helped finds nothing of its own to read, and its cell is used again and again.
#[test]
fn push_reads_its_published_descriptor_without_protection() {
    let numbers = vector([]);
    let late = push_seven(&numbers, Point::PushAppended);
    // Helped, taken out, and the slot used again.
    assert_eq!((numbers.push(8), numbers.pop(), numbers.pop()), (1, Some(8), Some(7)));
    assert_eq!(numbers.push(9), 0);
    assert_eq!((late.go_on(), numbers.snapshot()), (0, vec![9]));
    assert_eq!(push_and_pop(2).len(), 2 * ROUNDS as usize);
}

/// A published `complete_write` set the pending write of the *current* descriptor to none, not that
/// of the descriptor it had helped. If another push came between, its write was lost, and pop
/// returned a slot that was never written: a zero, or the value that was popped there before.
#[test]
fn a_late_helper_clears_the_write_of_another_push() {
    let numbers = vector([5]);
    // It is about to do the write of the 5, which others do while it stands there.
    let helper = push_seven(&numbers, Point::CompleteRead);
    assert_eq!(numbers.push(8), 1);
    assert_eq!(numbers.push(9), 2);
    // The write of the 9 is pending now.
    assert_eq!(helper.go_on(), 3);
    assert_eq!(numbers.snapshot(), [5, 8, 9, 7]);

    let popped = push_and_pop(3);
    assert!(!popped.contains(&0), "never pushed");
    let unique: BTreeSet<_> = popped.iter().copied().collect();
    assert_eq!((unique.len(), popped.len()), (3 * ROUNDS as usize, 3 * ROUNDS as usize));
}

/// The paper's limit: a helper compares a slot with the bare old value. If that value is back, the
/// late exchange succeeds, and an old write overwrites a new one (ABA).
#[test]
fn a_late_exchange_finds_the_old_value_again() {
    let numbers = vector([0]);
    // Below: a slot that holds 0, a pending push of 5 to it, and a helper with the 5 in hand.
    assert_eq!((numbers.pop(), numbers.push(5)), (Some(0), 0));
    let helper = push_seven(&numbers, Point::CompleteRead);
    assert_eq!((numbers.pop(), numbers.push(0)), (Some(5), 0));
    // Done, and no longer pending: the slot holds the 0 again.
    assert_eq!((numbers.push(1), numbers.pop()), (1, Some(1)));
    assert_eq!(helper.go_on(), 1);
    assert_eq!(numbers.snapshot(), [0, 7]);
}

/// The same at the descriptor: its address is back (the length and the writer here), the state is not.
#[test]
fn a_late_exchange_finds_the_old_descriptor_again() {
    let numbers = vector([1, 2]);
    let late = {
        let numbers = Arc::clone(&numbers);
        Stopped::at(Point::PopMarked, 1, move || numbers.pop())
    };
    // The same length and the same writer as when it looked, and another element.
    assert_eq!((numbers.pop(), numbers.push(3)), (Some(2), 1));
    assert_eq!(late.go_on(), Some(3));
    assert_eq!(numbers.snapshot(), [1]);
}

/// What is announced is used again. A helper that took the element of a later push for that of the
/// earlier one would put it in twice.
#[test]
fn a_reused_descriptor_is_read_by_a_late_helper() {
    let numbers = vector([5]);
    let helper = push_seven(&numbers, Point::CompleteSeen);
    // This thread announces again: the helper will read 9 where it wants the 5.
    assert_eq!((numbers.push(8), numbers.push(9)), (1, 2));
    assert_eq!(helper.go_on(), 3);
    assert_eq!(numbers.snapshot(), [5, 8, 9, 7]);
}

/// The same for several at once: the count of a later batch would reach into elements below.
#[test]
fn a_reused_batch_is_read_by_a_late_helper() {
    // The helper knows of the first batch; it has, or has not, read how many that is.
    for point in [Point::CompleteBatch, Point::CompleteSeen] {
        let numbers = vector([1, 2, 3]);
        let first = {
            let numbers = Arc::clone(&numbers);
            Stopped::at(Point::ExtendAppended, 1, move || {
                numbers.extend_from_slice(&[4]);
                numbers.extend_from_slice(&[5, 6]);
            })
        };
        let helper = push_seven(&numbers, point);
        first.go_on();
        helper.go_on();
        assert_eq!(numbers.snapshot(), [1, 2, 3, 4, 5, 6, 7], "{point:?}");
    }
}

/// A published version transmuted `T` to `u64` without looking at its size. More than 64 bits are
/// refused by the compiler (see the docs of `Word`); exactly 64, and odd sizes, keep every bit; and
/// padding is never read, for which Miri is the judge.
#[test]
fn an_element_of_another_size_than_a_word() {
    let whole = SecVec::from_iter([u64::MAX, 0, 1 << 63]);
    assert_eq!(whole.into_vec(), [u64::MAX, 0, 1 << 63]);
    let three_bytes = SecVec::from_iter([[1_u8, 2, 3], [255; 3]]);
    assert_eq!(three_bytes.into_vec(), [[1, 2, 3], [255; 3]]);

    // In memory there are three bytes of padding; in the word there are none.
    assert_eq!((size_of::<(u8, u32)>(), <(u8, u32)>::BITS), (8, 40));
    let padded = SecVec::from_iter([(1_u8, 2_u32), (255, u32::MAX)]);
    assert_eq!(padded.into_vec(), [(1, 2), (255, u32::MAX)]);
}

/// Beside a compare-and-exchange pop, an exchange of the slot is not enough for `set`: it may come
/// between the pop's look at the slot and its success, report success, and be in no later state.
#[test]
fn a_set_that_succeeds_is_lost_to_a_pop() {
    let pop = |numbers: &Arc<SecVec<u32>>, point| {
        let numbers = Arc::clone(numbers);
        Stopped::at(point, 1, move || numbers.pop())
    };
    // The pop has the element in hand, or has marked it, when the set comes.
    for point in [Point::PopRead, Point::PopMarked] {
        let numbers = vector([1]);
        let late = pop(&numbers, point);
        assert_eq!(numbers.set(0, 2), Ok(1));
        assert_eq!((late.go_on(), numbers.len()), (Some(2), 0), "{point:?}");
    }
    // The set has seen the element when the pop comes.
    for point in [Point::SetSeen, Point::SetTop] {
        let numbers = vector([1]);
        let late = {
            let numbers = Arc::clone(&numbers);
            Stopped::at(point, 1, move || numbers.set(0, 2))
        };
        assert_eq!(numbers.pop(), Some(1));
        assert_eq!(late.go_on().unwrap_err().len, 0, "{point:?}");
        assert!(numbers.is_empty());
    }
    for _ in 0..ROUNDS / 3 {
        let numbers = SecVec::from_iter([1_u32]);
        let (set, popped) = thread::scope(|scope| {
            let popped = scope.spawn(|| numbers.pop());
            (numbers.set(0, 2), popped.join().unwrap())
        });
        match set {
            Ok(1) => assert_eq!(popped, Some(2)),
            Err(error) => assert_eq!((popped, error.len), (Some(1), 0)),
            wrong => panic!("{wrong:?}"),
        }
    }
}

/// The mark of a pop that failed stays on the slot. It must not be taken for a hole, or for a pop
/// that is still at work.
#[test]
fn a_mark_of_a_pop_that_failed_hides_the_element() {
    let numbers = vector([1]);
    let late = {
        let numbers = Arc::clone(&numbers);
        Stopped::at(Point::PopMarked, 1, move || numbers.pop())
    };
    numbers.push(2);
    assert_eq!((numbers.get(0), numbers.snapshot()), (Some(1), vec![1, 2]));
    assert_eq!(numbers.compare_exchange(0, 9, 3), Some(Err(1)));
    assert_eq!((numbers.set(0, 3), numbers.get(0)), (Ok(1), Some(3)));
    assert_eq!((late.go_on(), numbers.snapshot()), (Some(2), vec![3]));
}

/// A slot counts its writes in few bits. They must run into the sequence, and then a mark must not run
/// ahead of the vector's: a push could not write over it, and a get would take it for good.
#[test]
fn a_count_that_wraps_makes_an_old_exchange_good() {
    for writes in [126, 127, 128, 129, 300, 3_000] {
        let numbers = SecVec::from_iter([0_u32]);
        for value in 1..=writes {
            assert_eq!(numbers.set(0, value), Ok(value - 1));
        }
        assert_eq!((numbers.pop(), numbers.push(9), numbers.get(0)), (Some(writes), 0, Some(9)));
    }
    // The same with a pop that stands still after its mark: the mark must be one that others understand.
    let numbers = vector([0]);
    for value in 1..128 {
        numbers.set(0, value).unwrap();
    }
    let late = {
        let numbers = Arc::clone(&numbers);
        Stopped::at(Point::PopMarked, 1, move || numbers.pop())
    };
    assert_eq!((numbers.get(0), numbers.pop(), late.go_on()), (Some(127), Some(127), None));
    let numbers = vector([0]);
    assert_eq!(numbers.set(0, 5), Ok(0));
    let late = {
        let numbers = Arc::clone(&numbers);
        Stopped::at(Point::SetSeen, 1, move || numbers.compare_exchange(0, 5, 6))
    };
    for value in 1..=256 {
        numbers.set(0, value % 256).unwrap();
    }
    assert_eq!(late.go_on(), Some(Err(0)));
}

/// It does nothing, and says that nothing is there.
struct Nothing;

impl Flaw for Nothing {
    fn push(_: &Broken<Self>, _: u32) -> usize {
        0
    }

    fn extend_from_slice(_: &Broken<Self>, new: &[u32]) -> Range<usize> {
        0..new.len()
    }
}

fn must_fail<F: Fn() + UnwindSafe>(test: F) {
    assert!(catch_unwind(test).is_err(), "{} asserts nothing", type_name::<F>());
}

/// A published version had a test that started threads and asserted nothing, and a loom dependency that
/// nothing used. Here every test of the shared suite fails with a vector that does nothing; what each
/// finds beyond that is in `checker.rs`. And if the atomics are not loom's, models in `loom` fail for
/// the orders of operations that never came up.
#[test]
fn a_threaded_test_that_asserts_nothing() {
    must_fail(threads::indices_are_unique_and_hold_what_was_pushed_there::<Broken<Nothing>>);
    must_fail(threads::what_was_pushed_is_popped_once_or_still_there::<Broken<Nothing>>);
    must_fail(threads::every_set_takes_out_what_another_put_in::<Broken<Nothing>>);
    must_fail(threads::a_set_that_succeeded_is_not_lost_to_a_pop::<Broken<Nothing>>);
    must_fail(threads::a_reader_sees_each_slot_move_forward::<Broken<Nothing>>);
    must_fail(threads::the_length_is_never_one_that_it_never_was::<Broken<Nothing>>);
    must_fail(threads::one_of_those_that_expect_the_same_value_gets_it::<Broken<Nothing>>);
    must_fail(threads::no_update_is_lost::<Broken<Nothing>>);
    must_fail(threads::what_is_pushed_at_once_lands_together::<Broken<Nothing>>);
    must_fail(threads::a_snapshot_is_of_one_moment::<Broken<Nothing>>);
    must_fail(threads::growing_disturbs_nobody::<Broken<Nothing>>);
    // What is random is too short under Miri: now and then it only asks an empty vector.
    if cfg!(not(miri)) {
        must_fail(model::does_what_a_vec_does::<Broken<Nothing>>);
        must_fail(linear::an_order_explains_every_history::<Broken<Nothing>>);
        must_fail(linear::an_order_explains_every_history_of_threads_that_pause::<Broken<Nothing>>);
        // One thread alone finds this one right.
        model::does_what_a_vec_does::<Broken<PushInTwoSteps>>();
        must_fail(linear::an_order_explains_every_history::<Broken<PushInTwoSteps>>);
        must_fail(threads::what_was_pushed_is_popped_once_or_still_there::<Broken<PushInTwoSteps>>);
    }
}
