//! Exercise 4: a thief.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use executor_exercises::thief::{CAPACITY, Head, Ring};

fn ring_of(tasks: impl IntoIterator<Item = usize>) -> Ring {
    let ring = Ring::default();
    tasks.into_iter().for_each(|task| ring.push(task).expect("there is room"));
    ring
}

fn rest(ring: &Ring) -> Vec<usize> {
    std::iter::from_fn(|| ring.pop()).collect()
}

#[test]
fn half_is_taken_rounded_up_the_oldest_first() {
    for (count, stolen) in [(0, 0), (1, 1), (2, 1), (3, 2), (CAPACITY, CAPACITY / 2)] {
        let ring = ring_of(0..count);
        assert_eq!(ring.steal(|_| ()), (0..stolen).collect::<Vec<_>>());
        assert_eq!(rest(&ring), (stolen..count).collect::<Vec<_>>());
    }
}

#[test]
fn it_goes_round() {
    let ring = Ring::default();
    let mut next = 0;
    for round in 0..100 {
        for _ in 0..=round % 5 {
            ring.push(next).expect("there is room");
            next += 1;
        }
        let mut all = ring.steal(|_| ());
        all.extend(rest(&ring));
        assert_eq!(all, (next - all.len()..next).collect::<Vec<_>>());
        assert_eq!(all.len(), 1 + round % 5);
    }
}

#[test]
fn slots_are_held_until_they_are_copied() {
    let ring = ring_of(0..CAPACITY);
    let stolen = ring.steal(|Head { held, .. }| {
        assert_eq!(held, CAPACITY / 2);
        assert_eq!(ring.push(100), Err(100), "the slots are being read");
        assert_eq!(ring.pop(), Some(CAPACITY / 2), "the owner takes meanwhile");
        assert_eq!(ring.push(101), Err(101), "that slot is behind them");
    });
    assert_eq!(stolen, (0..CAPACITY / 2).collect::<Vec<_>>());
    for task in 0..=CAPACITY / 2 {
        assert_eq!(ring.push(200 + task), Ok(()), "now they are free");
    }
    assert_eq!(ring.push(300), Err(300));
    assert_eq!(ring.pop(), Some(CAPACITY / 2 + 1), "the owner's step is not undone");
}

#[test]
fn a_second_thief_finds_nothing_meanwhile() {
    let ring = ring_of(0..CAPACITY);
    let stolen = ring.steal(|_| {
        assert_eq!(ring.steal(|_| panic!("these slots are another's")), []);
    });
    assert_eq!(stolen.len(), CAPACITY / 2);
    assert_eq!(ring.steal(|_| ()).len(), CAPACITY / 4);
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    const TASKS: usize = if cfg!(miri) { 60 } else { 50_000 };
    let (ring, over) = (Ring::default(), AtomicBool::new(false));
    let mut all = thread::scope(|scope| {
        let thieves: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut stolen = Vec::new();
                    loop {
                        // Before the steal: each thief comes once at least, however late it starts.
                        let last = over.load(Relaxed);
                        // So that the owner comes in between.
                        stolen.append(&mut ring.steal(|_| thread::yield_now()));
                        if last {
                            return stolen;
                        }
                        thread::yield_now();
                    }
                })
            })
            .collect();
        let mut own = Vec::new();
        for task in 0..TASKS {
            if ring.push(task).is_err() {
                own.push(task);
                own.extend(ring.pop());
            }
        }
        own.append(&mut rest(&ring));
        over.store(true, Relaxed);
        for thief in thieves {
            own.append(&mut thief.join().expect("thieves do not panic"));
        }
        own
    });
    all.sort_unstable();
    assert_eq!(all, (0..TASKS).collect::<Vec<_>>());
}
