//! What came before a value was put in is seen by whoever finds the value.

use std::sync::Arc as StdArc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use secvec::SecVec;

use crate::model;

/// A value that stands for data elsewhere: whoever gets it must see the data.
struct Message(UnsafeCell<u32>);

// SAFETY: written before its number is pushed, read after its number is seen: loom checks it.
unsafe impl Send for Message {}
// SAFETY: the same.
unsafe impl Sync for Message {}

impl Message {
    fn write(&self) {
        // SAFETY: nobody knows of it yet.
        self.0.with_mut(|it| unsafe { *it = 7 });
    }

    fn read(&self) -> u32 {
        // SAFETY: its writer pushed or set its number afterwards.
        self.0.with(|it| unsafe { *it })
    }
}

/// One writes the message and says so, the other reads it if it hears of it. Each is the main thread
/// once, see [`explore`](crate::outcomes::explore); and it must have been heard, or nothing was tried.
fn tell(
    preemptions: usize,
    start: &'static [u32],
    say: fn(&SecVec<u32>),
    between: Option<fn(&SecVec<u32>)>,
    hears: fn(&SecVec<u32>) -> bool,
) {
    // Not loom's: nothing depends on it.
    let heard = StdArc::new(AtomicUsize::new(0));
    for reader_is_main in [false, true] {
        let heard = StdArc::clone(&heard);
        model(preemptions, move || {
            let vector = Arc::new(SecVec::from_iter(start.iter().copied()));
            let message = Arc::new(Message(UnsafeCell::new(0)));
            let helper = between.map(|work| {
                let vector = Arc::clone(&vector);
                thread::spawn(move || work(&vector))
            });
            let reader = {
                let (vector, message) = (Arc::clone(&vector), Arc::clone(&message));
                let heard = StdArc::clone(&heard);
                move || {
                    if hears(&vector) {
                        heard.fetch_add(1, Ordering::Relaxed);
                        assert_eq!(message.read(), 7);
                    }
                }
            };
            let writer = move || {
                message.write();
                say(&vector);
            };
            let other = if reader_is_main {
                let writer = thread::spawn(writer);
                reader();
                writer
            } else {
                let reader = thread::spawn(reader);
                writer();
                reader
            };
            other.join().unwrap();
            helper.into_iter().for_each(|helper| helper.join().unwrap());
        });
    }
    assert_ne!(heard.load(Ordering::Relaxed), 0, "nobody heard of it");
}

#[test]
fn what_came_before_a_push_is_seen_after_a_get() {
    tell(
        4,
        &[],
        |it| {
            let _ = it.push(1);
        },
        None,
        |it| it.get(0).is_some(),
    );
}

#[test]
fn what_came_before_a_push_is_seen_after_a_pop() {
    tell(
        4,
        &[],
        |it| {
            let _ = it.push(1);
        },
        None,
        |it| it.pop().is_some(),
    );
}

#[test]
fn what_came_before_a_set_is_seen_after_a_get() {
    // Two elements: the last one is still to be written to its slot, and the set would begin with that.
    tell(
        4,
        &[1, 1],
        |it| {
            let _ = it.set(0, 2);
        },
        None,
        |it| it.get(0) == Some(2),
    );
}

#[test]
fn what_came_before_a_set_is_seen_after_a_pop() {
    tell(
        4,
        &[1],
        |it| {
            let _ = it.set(0, 2);
        },
        None,
        |it| it.pop() == Some(2),
    );
}

/// The second push writes the first one's element; what came before the first goes with it. The bucket
/// is there before, or to find it would be enough.
#[test]
fn what_came_before_a_push_is_seen_through_a_helper() {
    let hears = |it: &SecVec<u32>| (1..3).any(|index| it.get(index) == Some(1));
    tell(
        3,
        &[9],
        |it| {
            let _ = it.push(1);
        },
        Some(|it| {
            let _ = it.push(2);
        }),
        hears,
    );
}

#[test]
fn what_came_before_an_extend_is_seen_after_a_get() {
    tell(
        3,
        &[],
        |it| {
            let _ = it.extend_from_slice(&[1, 2]);
        },
        None,
        |it| it.get(1).is_some(),
    );
}
