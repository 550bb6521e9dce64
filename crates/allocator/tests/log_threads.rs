//! The event log with real threads: under Miri, an event that is read while it is written is a data race.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use allocator::log::{Event, EventLog, Kind, Logged, Plan};

const EVENTS: usize = if cfg!(miri) { 20 } else { 20_000 };
const THREADS: usize = 3;

/// What writer `id` records as its event `number`: each field follows from these two.
fn event(id: usize, number: usize) -> Event {
    let thread = id as u32;
    let (size, align) = (number, number ^ id);
    Event { thread, size, align, address: number * THREADS + id, ..Event::new(Kind::Alloc) }
}

/// Writers that never wait, and `drainers` that drain meanwhile. All events, in the order in which they were
/// drained by each, and how many were lost.
fn storm<const N: usize>(log: &EventLog<N>, drainers: usize) -> (Vec<Vec<Event>>, usize) {
    let over = AtomicBool::new(false);
    let refused = Mutex::new(0);
    let drained = thread::scope(|scope| {
        let drainers: Vec<_> = (0..drainers)
            .map(|_| {
                scope.spawn(|| {
                    let mut events = Vec::new();
                    // Acquire: pairs with the Release below: one more drain after the last event.
                    while !over.load(Ordering::Acquire) {
                        log.drain(|event| events.push(event));
                        thread::yield_now();
                    }
                    log.drain(|event| events.push(event));
                    events
                })
            })
            .collect();
        let writers: Vec<_> = (0..THREADS)
            .map(|id| {
                let refused = &refused;
                scope.spawn(move || {
                    let lost = (0..EVENTS).filter(|&it| !log.record(event(id, it))).count();
                    *refused.lock().unwrap() += lost;
                })
            })
            .collect();
        writers.into_iter().for_each(|it| it.join().unwrap());
        // Release: pairs with the Acquire above.
        over.store(true, Ordering::Release);
        drainers.into_iter().map(|it| it.join().unwrap()).collect()
    });
    (drained, refused.into_inner().unwrap())
}

/// Every event is whole, was recorded once, and is in its thread's order; none is missing that is not counted.
fn check<const N: usize>(log: &EventLog<N>, drained: &[Vec<Event>], refused: usize) {
    assert_eq!(refused, log.lost());
    let mut all: Vec<Event> = drained.concat();
    assert_eq!(all.len() + refused, THREADS * EVENTS);
    for events in drained {
        assert!(events.is_sorted_by(|one, next| one.sequence < next.sequence));
    }
    all.sort_unstable_by_key(|event| event.sequence);
    let mut next = [0; THREADS];
    let mut lost = 0;
    for (sequence, found) in all.iter().enumerate() {
        let id = found.thread as usize;
        let expected = Event { sequence, lost: found.lost, ..event(id, found.size) };
        assert_eq!(*found, expected, "torn, twice or left out");
        assert!(found.size >= next[id], "a thread's events are in its order");
        next[id] = found.size + 1;
        lost = lost.max(found.lost);
    }
    assert!(lost <= refused);
}

#[test]
fn writers_and_a_drainer() {
    static LOG: EventLog<8> = EventLog::new();
    let (drained, refused) = storm(&LOG, 1);
    check(&LOG, &drained, refused);
}

#[test]
fn writers_and_drainers() {
    static LOG: EventLog<4> = EventLog::new();
    let (drained, refused) = storm(&LOG, 2);
    check(&LOG, &drained, refused);
}

#[test]
fn with_room_for_all_nothing_is_lost() {
    static LOG: EventLog<{ (THREADS * EVENTS).next_power_of_two() }> = EventLog::new();
    let (drained, refused) = storm(&LOG, 1);
    check(&LOG, &drained, refused);
    assert_eq!(refused, 0);
}

/// Threads that hand blocks to each other through the allocator: in the log no address has two owners. The
/// plan would say so.
#[test]
fn the_order_of_a_log_makes_sense() {
    const ROUNDS: usize = if cfg!(miri) { 12 } else { 2_000 };
    static HEAP: Logged<System, { (THREADS * ROUNDS * 3).next_power_of_two() }> =
        Logged::new(System);
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for id in 0..THREADS {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                let layout = |size| Layout::from_size_align(size, 8).unwrap();
                for round in 0..ROUNDS {
                    // SAFETY: the size is not 0.
                    let block = unsafe { HEAP.alloc(layout(24)) };
                    if round % 3 == id {
                        // SAFETY: the block is live and has this layout; so below.
                        let block =
                            unsafe { HEAP.realloc(block, layout(24), 24 + 200 * (round % 2)) };
                        // SAFETY: as above.
                        unsafe { HEAP.dealloc(block, layout(24 + 200 * (round % 2))) };
                    } else {
                        // SAFETY: as above.
                        unsafe { HEAP.dealloc(block, layout(24)) };
                    }
                    if cfg!(miri) {
                        thread::yield_now();
                    }
                }
            });
        }
    });
    let mut events = Vec::new();
    HEAP.log().drain(|event| events.push(event));
    assert_eq!(HEAP.log().lost(), 0);
    let plan = Plan::of_events(events).unwrap();
    assert_eq!((plan.threads(), plan.unexplained()), (THREADS, 0));
}
