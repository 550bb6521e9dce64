//! Real threads: nothing is lost, nothing comes twice, and each thread's order holds.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use secvec::SecVec;

const THREADS: u32 = 3;
const EACH: u32 = if cfg!(miri) { 8 } else { 20_000 };

/// Run `work` on each thread, all at once, and collect what they return.
fn together<R: Send>(work: impl Fn(u32) -> R + Sync) -> Vec<R> {
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

/// The `i`-th value of a thread. No two are equal.
fn value(thread: u32, i: u32) -> u64 {
    u64::from(thread) << 32 | u64::from(i)
}

fn all_values() -> BTreeSet<u64> {
    (0..THREADS).flat_map(|thread| (0..EACH).map(move |i| value(thread, i))).collect()
}

#[test]
fn indices_are_unique_and_hold_what_was_pushed_there() {
    let numbers = SecVec::new();
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

#[test]
fn what_was_pushed_is_popped_once_or_still_there() {
    let numbers = SecVec::new();
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
    let popped = popped.into_iter().flatten().chain(numbers.into_vec());
    let mut seen = BTreeSet::new();
    for value in popped {
        assert!(seen.insert(value), "{value:#x} came twice");
    }
    assert_eq!(seen, all_values());
}

#[test]
fn every_set_takes_out_what_another_put_in() {
    let numbers = SecVec::from_iter([u64::MAX]);
    let taken = together(|thread| {
        (0..EACH).map(|i| numbers.set(0, value(thread, i)).unwrap()).collect::<Vec<_>>()
    });
    let mut seen = BTreeSet::new();
    for value in taken.into_iter().flatten().chain(numbers.into_vec()) {
        assert!(seen.insert(value), "{value:#x} came twice");
    }
    let mut expected = all_values();
    expected.insert(u64::MAX);
    assert_eq!(seen, expected);
}

#[test]
fn a_set_that_succeeded_is_not_lost_to_a_pop() {
    // Each value that is put in, by push or set, comes out once: by pop, set or at the end.
    let numbers = SecVec::new();
    let out = together(|thread| {
        let mut out = Vec::new();
        for i in 0..EACH {
            match i % 3 {
                0 => {
                    numbers.push(value(thread, i));
                }
                1 => match numbers.set(0, value(thread, i)) {
                    Ok(old) => out.push(old),
                    Err(error) => out.push(error.value),
                },
                _ => {
                    out.extend(numbers.pop());
                    out.push(value(thread, i));
                }
            }
        }
        out
    });
    let mut seen = BTreeSet::new();
    for value in out.into_iter().flatten().chain(numbers.into_vec()) {
        assert!(seen.insert(value), "{value:#x} came twice");
    }
    assert_eq!(seen, all_values());
}

#[test]
fn an_element_of_two_words_is_never_read_torn() {
    let numbers = SecVec::from_iter([(0_u32, 0_u32)]);
    together(|thread| {
        for i in 0..EACH {
            if thread == 0 {
                numbers.set(0, (i, i)).unwrap();
            } else {
                let (low, high) = numbers.get(0).unwrap();
                assert_eq!(low, high);
            }
        }
    });
}

#[test]
fn a_reader_sees_each_slot_move_forward() {
    let numbers = SecVec::from_iter([0_u32]);
    together(|thread| {
        let mut last = 0;
        for i in 0..EACH {
            if thread == 0 {
                numbers.set(0, i).unwrap();
            } else {
                let now = numbers.get(0).unwrap();
                assert!(now >= last, "{now} after {last}");
                last = now;
            }
        }
    });
}

#[test]
fn growing_disturbs_nobody() {
    let numbers = SecVec::new();
    let done = AtomicBool::new(false);
    together(|thread| match thread {
        0 => {
            for i in 0..EACH {
                numbers.push(i);
            }
            done.store(true, Ordering::Release);
        }
        1 => {
            for i in 0..EACH.min(12) {
                numbers.reserve(1 << i);
            }
        }
        _ => loop {
            let finished = done.load(Ordering::Acquire);
            // Only pushes: what the iterator sees is a beginning of what was pushed.
            let seen: Vec<u32> = numbers.iter().collect();
            assert!(seen.iter().copied().eq(0..seen.len() as u32));
            if finished {
                break;
            }
            thread::yield_now();
        },
    });
    assert_eq!(numbers.into_vec(), (0..EACH).collect::<Vec<_>>());
}

#[test]
fn a_vector_goes_to_another_thread_and_threads_come_and_go() {
    let numbers = SecVec::new();
    for i in 0..10 {
        thread::scope(|scope| scope.spawn(|| numbers.push(i)).join().unwrap());
    }
    let numbers = thread::spawn(move || numbers.into_vec()).join().unwrap();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
}
