//! Every protocol between threads, in every order of steps that loom finds.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p secvec --test loom --release`
#![cfg(loom)]
#![allow(clippy::unwrap_used)]

extern crate alloc;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use secvec::SecVec;

// The hazard pointers alone and a slot alone, straight from the crate's sources.
#[allow(dead_code, unreachable_pub)]
#[path = "../src/hazard.rs"]
mod hazard;
#[allow(dead_code, unreachable_pub)]
#[path = "../src/slot.rs"]
mod slot;
#[allow(dead_code, unused_imports)]
#[path = "../src/sync.rs"]
mod sync;

/// Explore with at most `preemptions` forced switches of thread in a run.
fn model(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(f);
}

fn vector<const N: usize>(elements: [u32; N]) -> Arc<SecVec<u32>> {
    Arc::new(SecVec::from_iter(elements))
}

fn contents(vector: &SecVec<u32>) -> Vec<u32> {
    vector.iter().collect()
}

#[test]
fn push_push() {
    model(3, || {
        let numbers = vector([]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.push(1))
        };
        let mine = numbers.push(2);
        let theirs = other.join().unwrap();
        assert_ne!(mine, theirs);
        assert_eq!((numbers.get(mine), numbers.get(theirs)), (Some(2), Some(1)));
        assert_eq!(numbers.len(), 2);
    });
}

#[test]
fn push_pop() {
    model(3, || {
        let numbers = vector([1]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.pop())
        };
        let index = numbers.push(2);
        match other.join().unwrap() {
            Some(1) => assert_eq!((index, contents(&numbers)), (0, vec![2])),
            Some(2) => assert_eq!((index, contents(&numbers)), (1, vec![1])),
            other => panic!("popped {other:?}"),
        }
    });
}

#[test]
fn pop_pop() {
    model(3, || {
        let numbers = vector([1, 2]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.pop())
        };
        let mut popped = [numbers.pop().unwrap(), other.join().unwrap().unwrap()];
        popped.sort_unstable();
        assert_eq!((popped, numbers.pop()), ([1, 2], None));
    });
}

#[test]
fn set_pop() {
    model(3, || {
        let numbers = vector([1]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.pop())
        };
        let set = numbers.set(0, 2).ok();
        // A set that succeeded came before the pop, which then must return its value.
        match (set, other.join().unwrap()) {
            (Some(1), Some(2)) | (None, Some(1)) => {}
            wrong => panic!("{wrong:?}"),
        }
    });
}

#[test]
fn set_set() {
    model(3, || {
        let numbers = vector([1]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.set(0, 2).unwrap())
        };
        let mine = numbers.set(0, 3).unwrap();
        match (mine, other.join().unwrap(), numbers.get(0).unwrap()) {
            (1, 3, 2) | (2, 1, 3) => {}
            wrong => panic!("{wrong:?}"),
        }
    });
}

#[test]
fn a_late_helper_does_not_undo_a_later_set() {
    model(3, || {
        let numbers = vector([0]);
        let other = {
            let numbers = Arc::clone(&numbers);
            // May find the first set unfinished and help, as late as it likes.
            thread::spawn(move || numbers.get(0))
        };
        numbers.set(0, 1).unwrap();
        numbers.set(0, 0).unwrap();
        assert!(other.join().unwrap().unwrap() < 2);
        assert_eq!(numbers.get(0), Some(0));
    });
}

#[test]
fn two_words_are_read_as_one_element() {
    const LOW_AND_HIGH: u64 = 1 << 32 | 1;
    model(3, || {
        let numbers = Arc::new(SecVec::from_iter([0_u64]));
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.set(0, LOW_AND_HIGH).unwrap())
        };
        assert!([0, LOW_AND_HIGH].contains(&numbers.get(0).unwrap()));
        assert_eq!(other.join().unwrap(), 0);
        assert_eq!(numbers.get(0), Some(LOW_AND_HIGH));
    });
}

#[test]
fn reserve_push() {
    model(3, || {
        let numbers = vector([]);
        let other = {
            let numbers = Arc::clone(&numbers);
            thread::spawn(move || numbers.reserve(9))
        };
        assert_eq!(numbers.push(1), 0);
        other.join().unwrap();
        assert_eq!((numbers.get(0), numbers.capacity()), (Some(1), 24));
    });
}

/// What another thread may read once it got the value that stands for it.
struct Message(UnsafeCell<u32>);

// SAFETY: whether the vector orders the accesses is the question; loom reports it if not.
unsafe impl Sync for Message {}

/// Write the message, `publish` a 1 at index 0, and read the message wherever the 1 is seen.
fn message(start: &'static [u32], publish: impl Fn(&SecVec<u32>) + Copy + Send + Sync + 'static) {
    model(3, move || {
        let numbers = Arc::new(SecVec::from_iter(start.iter().copied()));
        let message = Arc::new(Message(UnsafeCell::new(0)));
        let writer = {
            let (numbers, message) = (Arc::clone(&numbers), Arc::clone(&message));
            thread::spawn(move || {
                // SAFETY: nobody reads it before the 1 is there.
                message.0.with_mut(|text| unsafe { *text = 7 });
                publish(&numbers);
            })
        };
        let got = numbers.get(0);
        if got == Some(1) {
            // SAFETY: it was written before the 1 was.
            assert_eq!(message.0.with(|text| unsafe { *text }), 7);
        } else {
            assert_eq!(got, start.first().copied(), "neither before nor after");
        }
        writer.join().unwrap();
    });
}

#[test]
fn what_came_before_a_push_is_seen_after_a_get() {
    message(&[], |numbers| {
        numbers.push(1);
    });
}

#[test]
fn what_came_before_a_set_is_seen_after_a_get() {
    message(&[0], |numbers| {
        numbers.set(0, 1).unwrap();
    });
}

/// A reader that loaded the descriptor before a set may get its value from the slot alone, which a
/// helper may have written. So the slot must pass on what its writer knew. On its own, because
/// the fences of the whole vector would hide that it does not.
#[test]
fn what_came_before_a_write_is_seen_after_a_read_of_the_slot() {
    model(3, || {
        let words = Arc::new([sync::AtomicU64::new(0)]);
        let message = Arc::new(Message(UnsafeCell::new(0)));
        let writer = {
            let (words, message) = (Arc::clone(&words), Arc::clone(&message));
            thread::spawn(move || {
                // SAFETY: nobody reads it before the 1 is there.
                message.0.with_mut(|text| unsafe { *text = 7 });
                let old = slot::Versioned { bits: 0, version: 0 };
                slot::Slot::new(&*words).write(old, old.next(1));
            })
        };
        if slot::Slot::new(&*words).read().unwrap().bits == 1 {
            // SAFETY: it was written before the 1 was.
            assert_eq!(message.0.with(|text| unsafe { *text }), 7);
        }
        writer.join().unwrap();
    });
}

mod reclamation {
    //! Retirement against protection.

    use super::hazard::AtomicBox;
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A value that knows when it is dropped, and whose reading and dropping loom compares.
    struct Canary {
        content: UnsafeCell<u32>,
        dropped: &'static Dropped,
    }

    /// Not loom's atomic: what is true in this run, not what a thread could think.
    #[derive(Default)]
    struct Dropped(AtomicBool);

    // SAFETY: whether hazard pointers order the accesses is the question; loom reports it if not.
    unsafe impl Send for Canary {}
    // SAFETY: as above.
    unsafe impl Sync for Canary {}

    impl Drop for Canary {
        fn drop(&mut self) {
            self.content.with_mut(|_| ());
            assert!(!self.dropped.0.swap(true, Ordering::Relaxed), "dropped twice");
        }
    }

    type Canaries = [Dropped; 3];

    /// The values of one run. Leaked, so that a test may ask about a value that is gone.
    fn canaries() -> &'static Canaries {
        Box::leak(Box::default())
    }

    fn put(shared: &AtomicBox<Canary>, dropped: &'static Dropped) {
        let mut guard = shared.enter();
        let mut new = Box::new(Canary { content: UnsafeCell::new(7), dropped });
        loop {
            guard.load();
            match guard.replace(new) {
                Ok(_) => return,
                Err(back) => new = back,
            }
        }
    }

    /// Which value this is, told by its address alone, and whether it is alive all the time.
    fn use_it(canary: &Canary) {
        let dropped = canary.dropped;
        assert!(!dropped.0.load(Ordering::Relaxed), "dropped before it was used");
        // SAFETY: protected, if hazard pointers do what they say.
        assert_eq!(canary.content.with(|content| unsafe { *content }), 7);
        thread::yield_now();
        assert!(!dropped.0.load(Ordering::Relaxed), "dropped while it was used");
    }

    fn all_dropped(canaries: &Canaries, count: usize) {
        for dropped in &canaries[..count] {
            assert!(dropped.0.load(Ordering::Relaxed), "leaked");
        }
    }

    #[test]
    fn a_reader_against_a_replacement() {
        model(3, || {
            let canaries = canaries();
            let shared = Arc::new(AtomicBox::new());
            put(&shared, &canaries[0]);
            let reader = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || use_it(shared.enter().load().unwrap()))
            };
            put(&shared, &canaries[1]);
            reader.join().unwrap();
            drop(shared);
            all_dropped(canaries, 2);
        });
    }

    #[test]
    fn a_publisher_against_a_replacement() {
        model(3, || {
            let canaries = canaries();
            let shared = Arc::new(AtomicBox::new());
            let other = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || put(&shared, &canaries[1]))
            };
            let mut guard = shared.enter();
            guard.load();
            let new = Box::new(Canary { content: UnsafeCell::new(7), dropped: &canaries[0] });
            if let Ok(published) = guard.replace(new) {
                use_it(published);
            }
            drop(guard);
            other.join().unwrap();
            drop(shared);
            all_dropped(canaries, 2);
        });
    }

    #[test]
    fn a_guard_that_loads_again_lets_go_of_what_it_had() {
        model(3, || {
            let canaries = canaries();
            let shared = Arc::new(AtomicBox::new());
            put(&shared, &canaries[0]);
            let reader = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let mut guard = shared.enter();
                    use_it(guard.load().unwrap());
                    use_it(guard.load().unwrap());
                })
            };
            put(&shared, &canaries[1]);
            put(&shared, &canaries[2]);
            reader.join().unwrap();
            drop(shared);
            all_dropped(canaries, 3);
        });
    }

    #[test]
    fn a_guard_that_tries_again_lets_go_of_what_it_published() {
        model(3, || {
            let canaries = canaries();
            let shared = Arc::new(AtomicBox::new());
            let other = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || put(&shared, &canaries[2]))
            };
            let mut guard = shared.enter();
            guard.load();
            for dropped in &canaries[..2] {
                let new = Box::new(Canary { content: UnsafeCell::new(7), dropped });
                // The second time it gets the box back, for want of another look.
                if let Ok(published) = guard.replace(new) {
                    use_it(published);
                }
            }
            drop(guard);
            other.join().unwrap();
            drop(shared);
            all_dropped(canaries, 3);
        });
    }

    #[test]
    fn a_record_is_handed_over_with_its_list() {
        model(2, || {
            let canaries = canaries();
            let shared = Arc::new(AtomicBox::new());
            let other = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || put(&shared, &canaries[1]))
            };
            // The second time perhaps with the record that the other thread left.
            put(&shared, &canaries[0]);
            put(&shared, &canaries[2]);
            other.join().unwrap();
            drop(shared);
            all_dropped(canaries, 3);
        });
    }
}
