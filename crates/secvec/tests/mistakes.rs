//! Mistakes that lock-free vectors shipped with, each under its name.
//!
//! A published version also had a threaded test that asserted nothing and a loom dependency that
//! nothing used: here `threads.rs` accounts for every value, and `loom.rs` is run.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

extern crate alloc;

use std::collections::BTreeSet;
use std::thread;

use secvec::{SecVec, Word};

// One mistake is inside a slot; these are the crate's own sources.
#[allow(dead_code)]
#[path = "../src/slot.rs"]
mod slot;
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../src/sync.rs"]
mod sync;

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

/// A published push read its own write descriptor after the exchange that made it public. By then
/// a helper could have finished the write, replaced the descriptor and freed it: a use after free.
/// Here the pusher has a hazard on it before the exchange. Miri is the judge.
#[test]
fn push_reads_its_published_descriptor_without_protection() {
    let count = push_and_pop(2).len();
    assert_eq!(count, 2 * ROUNDS as usize);
}

/// A published `complete_write` set the pending write of the *current* descriptor to none, not that
/// of the descriptor it had helped. If another push came between, its write was lost, and pop
/// returned a slot that was never written: a zero, or the value that was popped there before.
#[test]
fn a_late_helper_clears_the_write_of_another_push() {
    let popped = push_and_pop(3);
    assert!(!popped.contains(&0), "never pushed");
    let unique: BTreeSet<_> = popped.iter().copied().collect();
    assert_eq!((unique.len(), popped.len()), (3 * ROUNDS as usize, 3 * ROUNDS as usize));
}

/// The paper's limit: a helper compares a slot with the bare old value. If that value is back, the
/// late exchange succeeds, and an old write overwrites a new one (ABA).
#[test]
fn a_late_exchange_finds_the_old_value_again() {
    let words = [sync::AtomicU64::new(0), sync::AtomicU64::new(0)];
    let slot = slot::Slot::new(&words);
    let old = slot.read().unwrap();
    let helped = old.next(1);
    slot.write(old, helped);
    slot.write(helped, helped.next(old.bits));
    // A helper wakes in the middle of the first write.
    slot.write(old, helped);
    assert_eq!(slot.read().unwrap().bits, old.bits);
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

/// Beside a compare-and-exchange pop, a plain store is not enough for `set`: it may come between the
/// pop's look at the slot and its success, report success, and be in no later state.
#[test]
fn a_set_that_succeeds_is_lost_to_a_pop() {
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
