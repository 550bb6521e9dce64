//! Owned elements and numbers: each belongs to one thread at a time, and is dropped once.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use secvec::{FewNumbers, OwnedSecVec, Taken};

use crate::model;

/// How many elements there are that were not dropped. Not one of loom's: nothing depends on it.
type Alive = std::sync::Arc<std::sync::atomic::AtomicUsize>;

struct Counted(Alive, u32);

impl Counted {
    fn new(alive: &Alive, value: u32) -> Self {
        alive.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self(Alive::clone(alive), value)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let before = self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        assert!(before > 0, "dropped twice");
    }
}

type Owned = Arc<OwnedSecVec<Counted>>;

/// Run the two on threads, on a vector of these elements; then nothing is left over. Each runs first once,
/// see [`explore`](crate::outcomes::explore).
fn share(
    values: &'static [u32],
    one: fn(&OwnedSecVec<Counted>, &Alive),
    other: fn(&OwnedSecVec<Counted>, &Alive),
) {
    for (one, other) in [(one, other), (other, one)] {
        model(4, move || {
            let alive = Alive::default();
            let vector: Owned =
                Arc::new(values.iter().map(|&value| Counted::new(&alive, value)).collect());
            let thread = {
                let (vector, alive) = (Arc::clone(&vector), Alive::clone(&alive));
                thread::spawn(move || other(&vector, &alive))
            };
            one(&vector, &alive);
            thread.join().unwrap();
            let count = || alive.load(std::sync::atomic::Ordering::Relaxed);
            assert_eq!(count(), vector.len());
            drop(vector);
            assert_eq!(count(), 0);
        });
    }
}

fn looks(vector: &OwnedSecVec<Counted>, _: &Alive) {
    if let Some(look) = vector.get(0) {
        assert!(look.1 > 0);
    }
}

/// Reclamation against get: the element that is looked at is dropped by whoever comes last.
#[test]
fn a_look_against_a_pop() {
    share(&[1], looks, |vector, _| drop(vector.pop()));
}

#[test]
fn a_look_against_a_pop_that_moves_the_element_out() {
    share(&[1], looks, |vector, _| drop(vector.pop().map(Taken::try_into_inner)));
}

/// The node is used again, for another element at the same index.
#[test]
fn a_look_against_a_pop_then_a_push() {
    share(&[1], looks, |vector, alive| {
        drop(vector.pop());
        vector.push(Counted::new(alive, 2));
    });
}

#[test]
fn a_look_against_a_set() {
    share(&[1], looks, |vector, alive| drop(vector.set(0, Counted::new(alive, 2))));
}

#[test]
fn two_looks_against_a_set_and_a_pop() {
    share(
        &[1],
        |vector, alive| {
            looks(vector, alive);
            drop(vector.pop());
        },
        |vector, alive| {
            drop(vector.set(0, Counted::new(alive, 2)));
            looks(vector, alive);
        },
    );
}

#[test]
fn free_nodes_go_to_one_thread_each() {
    share(
        &[1, 2],
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 3));
        },
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 4));
        },
    );
}

#[test]
fn a_snapshot_against_a_pop_then_a_push() {
    share(
        &[1, 2],
        |vector, _| {
            let all: Vec<u32> = vector.snapshot().iter().map(|it| it.1).collect();
            assert!(matches!(all[..], [1, 2] | [1] | [1, 3]), "{all:?}");
        },
        |vector, alive| {
            drop(vector.pop());
            vector.push(Counted::new(alive, 3));
        },
    );
}

/// A number, and with it a cell, belongs to one thread at a time; and what the last owner did with the
/// cell comes before what the next one does.
#[test]
fn a_number_goes_from_thread_to_thread() {
    struct Shared {
        numbers: FewNumbers,
        cells: [UnsafeCell<u32>; 2],
    }
    // SAFETY: who has a number has its cell for himself, and loom says if that is not so.
    unsafe impl Sync for Shared {}

    model(4, || {
        let shared = Arc::new(Shared {
            numbers: FewNumbers::new(),
            cells: [UnsafeCell::new(0), UnsafeCell::new(0)],
        });
        let use_one = |shared: &Shared| {
            let number = shared.numbers.take();
            // SAFETY: this thread has the number.
            shared.cells[usize::from(number - 1)].with_mut(|it| unsafe { *it += 1 });
            shared.numbers.give_back(number);
        };
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || use_one(&shared))
        };
        use_one(&shared);
        other.join().unwrap();
        // SAFETY: there is no other thread any more.
        let uses: u32 = shared.cells.iter().map(|it| it.with(|it| unsafe { *it })).sum();
        assert_eq!(uses, 2);
    });
}
