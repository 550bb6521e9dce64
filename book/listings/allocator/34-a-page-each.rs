//! Each thread takes a page, and gives out blocks from its own.
//@ check-pass
// ANCHOR: all
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

// ANCHOR: allocate
const PAGE: usize = 4096;

/// How many pages of the arena are taken.
static PAGES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Where in the arena the thread's next block begins.
    static NEXT: Cell<usize> = const { Cell::new(0) };
}

/// Where in the arena a block of 8 bytes begins.
fn allocate() -> usize {
    if NEXT.get() % PAGE == 0 {
        NEXT.set(PAGES.fetch_add(1, Relaxed) * PAGE);
    }
    NEXT.replace(NEXT.get() + 8)
}
// ANCHOR_END: allocate

// ANCHOR: main
fn main() {
    let blocks = [(); 2].map(|()| thread::spawn(|| [allocate(), allocate()]).join());
    for (thread, blocks) in blocks.into_iter().flatten().enumerate() {
        println!("thread {thread}: cache lines {:?}", blocks.map(|place| place / 64));
    }
}
// ANCHOR_END: main
// ANCHOR_END: all
