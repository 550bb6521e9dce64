//! Real threads at work on one subject: nothing is lost, nothing comes twice, and each thread's
//! order holds. No clock and no lock stands between them, so that what a vector would do wrong for
//! want of an ordering of its own can show.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::common::subject::{Subject, contents, with};

const THREADS: u32 = 3;
pub(crate) const EACH: u32 = if cfg!(miri) { 8 } else { 20_000 };

/// Run `work` on each thread, all at once, and collect what they return.
pub(crate) fn together<R: Send>(work: impl Fn(u32) -> R + Sync) -> Vec<R> {
    let start = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    work(thread)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Says that a thread is done, also when it panics: others go on until then.
pub(crate) struct Done<'a>(pub(crate) &'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `until`.
        self.0.store(true, Ordering::Release);
    }
}

/// Look again and again until the other thread is done, and then once more.
pub(crate) fn until(done: &AtomicBool, mut look: impl FnMut()) {
    loop {
        // Acquire: pairs with the Release in `Done`. The last look comes after all that was done.
        let last = done.load(Ordering::Acquire);
        look();
        if last {
            break;
        }
        thread::yield_now();
    }
}

/// Let the others look, where there are fewer processors than threads.
pub(crate) fn now_and_then(i: u32) {
    if i.is_multiple_of(8) {
        thread::yield_now();
    }
}

/// The `i`-th value of a thread. No two are equal.
fn value(thread: u32, i: u32) -> u32 {
    thread << 24 | i
}

fn all_values() -> BTreeSet<u32> {
    (0..THREADS).flat_map(|thread| (0..EACH).map(move |i| value(thread, i))).collect()
}

/// Each value once.
fn each_once(values: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
    let mut seen = BTreeSet::new();
    for value in values {
        assert!(seen.insert(value), "{value:#x} came twice");
    }
    seen
}

pub(crate) fn indices_are_unique_and_hold_what_was_pushed_there<S: Subject>() {
    let numbers = S::new();
    let pushed = together(|thread| {
        (0..EACH)
            .map(|i| {
                let index = numbers.push(value(thread, i));
                assert_eq!(numbers.get(index), Some(value(thread, i)));
                index
            })
            .collect::<Vec<_>>()
    });
    for (thread, indices) in (0..).zip(&pushed) {
        assert!(indices.is_sorted(), "a thread's own pushes are in its order");
        for (i, &index) in (0..).zip(indices) {
            assert_eq!(numbers.get(index), Some(value(thread, i)));
        }
    }
    let indices: BTreeSet<_> = pushed.into_iter().flatten().collect();
    assert!(indices.into_iter().eq(0..numbers.len()), "each index once, none left out");
    assert_eq!(numbers.len(), (THREADS * EACH) as usize);
}

pub(crate) fn what_was_pushed_is_popped_once_or_still_there<S: Subject>() {
    let numbers = S::new();
    let popped = together(|thread| {
        let mut popped = Vec::new();
        for i in 0..EACH {
            numbers.push(value(thread, i));
            if i % 4 != 0 {
                popped.extend(numbers.pop());
            }
        }
        popped
    });
    let popped = popped.into_iter().flatten().chain(contents(&numbers));
    assert_eq!(each_once(popped), all_values());
}

pub(crate) fn every_set_takes_out_what_another_put_in<S: Subject>() {
    let numbers: S = with(&[u32::MAX]);
    let taken = together(|thread| {
        (0..EACH).map(|i| numbers.set(0, value(thread, i)).unwrap()).collect::<Vec<_>>()
    });
    let mut expected = all_values();
    expected.insert(u32::MAX);
    assert_eq!(each_once(taken.into_iter().flatten().chain(contents(&numbers))), expected);
}

pub(crate) fn a_set_that_succeeded_is_not_lost_to_a_pop<S: Subject>() {
    // Each value that is put in, by push or set, comes out once: by pop, set or at the end.
    let numbers = S::new();
    let out = together(|thread| {
        let mut out = Vec::new();
        for i in 0..EACH {
            match i % 3 {
                0 => {
                    numbers.push(value(thread, i));
                }
                // If there is nothing to replace, it is not put in.
                1 => out.push(numbers.set(0, value(thread, i)).unwrap_or(value(thread, i))),
                _ => {
                    out.extend(numbers.pop());
                    out.push(value(thread, i));
                }
            }
        }
        out
    });
    assert_eq!(each_once(out.into_iter().flatten().chain(contents(&numbers))), all_values());
}

pub(crate) fn a_reader_sees_each_slot_move_forward<S: Subject>() {
    let numbers: S = with(&[0]);
    let done = AtomicBool::new(false);
    together(|thread| {
        if thread == 0 {
            let _done = Done(&done);
            for i in 1..=EACH {
                // Nobody else writes.
                assert_eq!(numbers.set(0, i), Some(i - 1));
                now_and_then(i);
            }
        } else {
            let mut last = 0;
            until(&done, || {
                let now = numbers.get(0).unwrap();
                assert!(now >= last, "{now} after {last}");
                last = now;
            });
            assert_eq!(last, EACH);
        }
    });
}

pub(crate) fn the_length_is_never_one_that_it_never_was<S: Subject>() {
    // Each thread has at most one value of its own in it, so there are never more than threads,
    // and while a thread has one there is at least that.
    let numbers = S::new();
    together(|thread| {
        for i in 0..EACH {
            numbers.push(value(thread, i));
            now_and_then(i);
            let len = numbers.len();
            assert!((1..=THREADS as usize).contains(&len), "{len} while one is in");
            // It may be another's: then that thread finds this one's.
            assert!(numbers.pop().is_some(), "as many pushes as pops came before");
        }
    });
    assert_eq!(numbers.len(), 0);
}

pub(crate) fn what_is_pushed_at_once_lands_together<S: Subject>() {
    let numbers = S::new();
    together(|thread| {
        for i in 0..EACH / 4 {
            let values: Vec<u32> = (0..4).map(|part| value(thread, 4 * i + part)).collect();
            // One by one in between, so that the groups begin anywhere.
            if i % 3 == 0 {
                for &value in &values {
                    numbers.push(value);
                }
            } else {
                let indices = numbers.extend_from_slice(&values);
                let found: Vec<u32> = indices.map(|index| numbers.get(index).unwrap()).collect();
                assert_eq!(found, values);
            }
        }
    });
    assert_eq!(each_once(contents(&numbers)), all_values());
}

pub(crate) fn one_of_those_that_expect_the_same_value_gets_it<S: Subject>() {
    let numbers: S = with(&[0]);
    let won = together(|_| {
        let mut won = Vec::new();
        let mut current = 0;
        while current < EACH {
            match numbers.compare_exchange(0, current, current + 1) {
                Some(Ok(old)) => {
                    assert_eq!(old, current);
                    won.push(old);
                    current += 1;
                }
                Some(Err(found)) => {
                    assert!(found > current, "{found} where {current} had been");
                    current = found;
                }
                None => panic!("nobody pops"),
            }
        }
        won
    });
    assert!(each_once(won.into_iter().flatten()).into_iter().eq(0..EACH));
}

pub(crate) fn no_update_is_lost<S: Subject>() {
    let numbers: S = with(&[0, 0]);
    let before = together(|_| {
        (0..EACH).map(|_| numbers.update(1, |value| value + 1).unwrap()).collect::<Vec<_>>()
    });
    // Each update begins where another one ended.
    let before = each_once(before.into_iter().flatten());
    assert!(before.into_iter().eq(0..THREADS * EACH));
    assert_eq!(contents(&numbers), [0, THREADS * EACH]);
}

pub(crate) fn a_snapshot_is_of_one_moment<S: Subject>() {
    // One thread raises the first, then the second: they are equal, or the first is one ahead.
    let numbers: S = with(&[0, 0]);
    let done = AtomicBool::new(false);
    together(|thread| match thread {
        0 => {
            let _done = Done(&done);
            for i in 1..=EACH {
                assert_eq!(numbers.set(0, i), Some(i - 1));
                assert_eq!(numbers.set(1, i), Some(i - 1));
                now_and_then(i);
            }
        }
        1 => {
            // Pushed in pairs of equals: if there are four, the last two are equal.
            for i in 1..=EACH {
                let first = numbers.push(i);
                assert_eq!(numbers.push(i), first + 1);
                assert_eq!((numbers.pop(), numbers.pop()), (Some(i), Some(i)));
                now_and_then(i);
            }
        }
        _ => until(&done, || {
            let all = numbers.snapshot();
            assert!((2..=4).contains(&all.len()), "{all:?} at no moment");
            let ahead = all[0].checked_sub(all[1]);
            assert!(matches!(ahead, Some(0 | 1)), "{all:?} at no moment");
            assert!(all.len() < 4 || all[2] == all[3], "{all:?} at no moment");
        }),
    });
    assert_eq!(numbers.snapshot(), [EACH, EACH]);
}

pub(crate) fn growing_disturbs_nobody<S: Subject>() {
    let numbers = S::new();
    let done = AtomicBool::new(false);
    together(|thread| match thread {
        0 => {
            let _done = Done(&done);
            for i in 0..EACH {
                numbers.push(i);
                now_and_then(i);
            }
        }
        1 => {
            for i in 0..EACH.min(12) {
                numbers.reserve(1 << i);
            }
        }
        _ => until(&done, || {
            // Only pushes: what has an index is there. The newest first, before it is too late to
            // find them unwritten.
            let len = numbers.len();
            for index in (len.saturating_sub(20)..len).rev() {
                assert_eq!(numbers.get(index), Some(index as u32), "of {len}");
            }
        }),
    });
    assert!(contents(&numbers).into_iter().eq(0..EACH));
}
