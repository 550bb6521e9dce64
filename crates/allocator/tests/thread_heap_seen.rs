//! What `ThreadHeap` shows of itself, in a process of its own: nobody but these two tests allocates from the heap
//! meanwhile, and the second gives no segment back.
#![cfg(all(feature = "std", not(loom)))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::Layout;
use std::thread;

use allocator::{Corruption, Heap};
use common::filled::{Block, HEAP};

#[test]
fn stats_and_maps_show_what_is_there() {
    use allocator::map::{State, Walk};
    let seen = thread::spawn(|| {
        let _small: Vec<_> = (0..100).map(|_| Block::new(64, 8, 1)).collect();
        let _medium = Block::new(50_000, 8, 2);
        let _large = Block::new(3 << 20, 8, 3);
        let mut classes = Vec::new();
        HEAP.for_each_class(&mut |class| {
            // Must not allocate from `HEAP`, and does not: the test's own allocator is another one.
            classes.push(class);
        });
        let mut extents = Vec::new();
        HEAP.walk(&mut |extent| extents.push(extent));
        (HEAP.stats(), classes, extents)
    });
    let (stats, classes, extents) = seen.join().unwrap();
    assert!(stats.used >= 100 * 64 + 50_000 + (3 << 20), "{stats}");
    assert!(stats.blocks.is_some_and(|blocks| blocks >= 102), "{stats}");
    assert!(stats.held.is_some_and(|held| held >= stats.capacity), "{stats}");
    assert!(stats.peak.is_some_and(|peak| peak >= 3 << 20), "{stats}");
    assert!(stats.largest_free > 8 << 10, "{stats}");
    let class = classes.iter().find(|class| class.size == 64).unwrap();
    assert!(class.live >= 100);
    let of = |is: fn(&State) -> bool| -> usize {
        extents.iter().filter(|extent| is(&extent.state)).map(|extent| extent.size).sum()
    };
    assert!(of(|state| matches!(state, State::Live)) >= 50_000 + (3 << 20));
    assert!(of(|state| matches!(state, State::Page { block: 64, live } if *live >= 6400)) > 0);
    assert!(of(|state| matches!(state, State::Book)) > 0);
}

/// A link that was written over is noticed. In this process, since the heap is damaged for a moment.
#[test]
fn a_scan_finds_what_was_written_to_a_free_block() {
    let layout = Layout::from_size_align(3000, 8).unwrap();
    // SAFETY: the size is not 0.
    let [kept, freed] = [(); 2].map(|()| unsafe { HEAP.allocate(layout) });
    // SAFETY: a block of this test's.
    unsafe { HEAP.release(freed, layout) };
    assert_eq!(HEAP.check(), Ok(()));
    let place = freed.cast::<*mut u8>();
    // SAFETY: not sound in general: it is what the scan is for. The memory is there.
    let link = unsafe { place.replace(freed) };
    assert!(matches!(HEAP.check(), Err(Corruption::Page { .. })), "the list is a circle");
    // SAFETY: as above.
    unsafe { place.write(kept.wrapping_add(1)) };
    assert!(matches!(HEAP.check(), Err(Corruption::Page { .. })), "the list leads elsewhere");
    // SAFETY: as above.
    unsafe { place.write(link) };
    assert_eq!(HEAP.check(), Ok(()));
    // SAFETY: a block of this test's.
    unsafe { HEAP.release(kept, layout) };
}
