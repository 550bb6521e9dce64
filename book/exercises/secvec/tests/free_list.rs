//! Exercise 2: a list of free places, without ABA.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use secvec_exercises::free_list::FreeList;

fn take(list: &FreeList) -> Option<u32> {
    loop {
        let seen = list.look()?;
        if let Some(place) = list.take(seen) {
            return Some(place);
        }
    }
}

#[test]
fn each_place_is_taken_once_and_then_there_is_none() {
    let list = FreeList::new(5);
    let taken: Vec<u32> = std::iter::from_fn(|| take(&list)).take(6).collect();
    assert_eq!(taken, [0, 1, 2, 3, 4]);
    assert_eq!(take(&FreeList::new(0)), None);
}

#[test]
fn what_is_given_back_last_is_taken_first() {
    let list = FreeList::new(3);
    let [a, b, c] = [(); 3].map(|()| take(&list));
    for place in [b, c, a].into_iter().flatten() {
        list.give_back(place);
    }
    assert_eq!([(); 4].map(|()| take(&list)), [a, c, b, None]);
}

#[test]
fn a_take_fails_if_somebody_was_faster() {
    let list = FreeList::new(3);
    let Some(seen) = list.look() else { panic!("three are free") };
    assert_eq!(take(&list), Some(0));
    assert_eq!(list.take(seen), None);
    assert_eq!(take(&list), Some(1));
}

/// The first is the first again, and the second is not free any more.
#[test]
fn a_take_fails_if_its_place_was_taken_and_given_back() {
    let list = FreeList::new(3);
    let Some(seen) = list.look() else { panic!("three are free") };
    assert_eq!((take(&list), take(&list)), (Some(0), Some(1)));
    list.give_back(0);
    assert_eq!(
        list.take(seen),
        None,
        "place 1 would become the first free one, and it is not free"
    );
    assert_eq!((take(&list), take(&list), take(&list)), (Some(0), Some(2), None));
}

#[test]
fn no_place_belongs_to_two_threads() {
    let list = FreeList::new(3);
    let taken = [const { AtomicBool::new(false) }; 3];
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..if cfg!(miri) { 50 } else { 20_000 } {
                    let Some(place) = take(&list) else { panic!("there is one for each thread") };
                    assert!(!taken[place as usize].swap(true, Ordering::AcqRel), "{place} twice");
                    thread::yield_now();
                    taken[place as usize].store(false, Ordering::Release);
                    list.give_back(place);
                }
            });
        }
    });
}
