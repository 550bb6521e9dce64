//! What passes between threads in `ThreadHeap`: blocks left for a heap, parcels, and the heap itself.
//!
//! Loom fails a model in which two threads touch the same cell at once, or one that has not seen what the
//! other did to it. The models fail too if one of the ways in which it can go never came up.

use std::collections::BTreeSet;
use std::sync::{Arc as StdArc, Mutex};

use allocator::thread_heap::model::{Home, NUMBERS, Post};
use loom::sync::Arc;
use loom::thread;

/// Run `model` in every order, and compare what it answered with `expected`.
fn outcomes<T: Ord + std::fmt::Debug + Send + 'static>(
    expected: impl IntoIterator<Item = T>,
    model: impl Fn() -> T + Send + Sync + 'static,
) {
    let seen = StdArc::new(Mutex::new(BTreeSet::new()));
    let seeing = StdArc::clone(&seen);
    loom::model(move || {
        let outcome = model();
        seeing.lock().unwrap().insert(outcome);
    });
    assert_eq!(*seen.lock().unwrap(), expected.into_iter().collect());
}

fn sum(all: [u32; NUMBERS]) -> u32 {
    all.iter().sum()
}

/// Two threads leave a block each while the owner looks, twice.
#[test]
fn what_is_left_is_found_once() {
    outcomes([0, 1, 2], || {
        let home = Arc::new(Home::new());
        let threads = [0, 1].map(|number| {
            let home = Arc::clone(&home);
            thread::spawn(move || home.leave(number))
        });
        home.settle();
        let early = sum(home.settled());
        for thread in threads {
            thread.join().unwrap();
        }
        home.settle();
        assert_eq!(home.settled(), [1, 1, 0]);
        early
    });
}

/// The owner lets go while a block is left: somebody settles it, with nobody coming later.
#[test]
fn what_is_left_for_an_owner_who_goes_is_settled() {
    outcomes([()], || {
        let home = Arc::new(Home::new());
        let other = {
            let home = Arc::clone(&home);
            thread::spawn(move || home.leave(0))
        };
        home.let_go();
        other.join().unwrap();
        assert!(home.take());
        assert_eq!(home.settled(), [1, 0, 0]);
    });
}

/// A new thread takes the heap over, or not, while a block is left for it.
#[test]
fn a_heap_has_one_owner() {
    outcomes([(false, 0), (true, 0), (true, 1)], || {
        let home = Arc::new(Home::new());
        home.let_go();
        let leaving = {
            let home = Arc::clone(&home);
            thread::spawn(move || home.leave(0))
        };
        let taking = {
            let home = Arc::clone(&home);
            thread::spawn(move || {
                let took = home.take();
                let mut early = 0;
                if took {
                    early = sum(home.settled());
                    home.settle();
                    home.let_go();
                }
                (took, early)
            })
        };
        leaving.join().unwrap();
        let outcome = taking.join().unwrap();
        assert!(home.take());
        assert_eq!(home.settled(), [1, 0, 0]);
        outcome
    });
}

/// A parcel with two blocks goes, comes back and goes again with a third.
#[test]
fn a_parcel_goes_round() {
    outcomes([(false, 2), (true, 2), (true, 3)], || {
        let home = Arc::new(Home::new());
        // A parcel outlives whoever has it, as in the crate. Loom's objects must not outlive the model, so its
        // cells are not dropped there either.
        let parcel: &'static Post = Box::leak(Box::new(Post::new()));
        parcel.add(0);
        parcel.add(1);
        let sender = {
            let home = Arc::clone(&home);
            thread::spawn(move || {
                home.leave_parcel(parcel);
                let back = parcel.is_here();
                if back {
                    parcel.add(2);
                    home.leave_parcel(parcel);
                }
                back
            })
        };
        home.settle();
        home.settle();
        let early = sum(home.settled());
        let back = sender.join().unwrap();
        home.settle();
        assert_eq!(home.settled(), [1, 1, u32::from(back)]);
        (back, early.max(2))
    });
}
