//! The heap of a thread that ended is nobody's. A new thread takes it over, with all that is in it.
//@ check-pass
// ANCHOR: all
use std::sync::Mutex;
use std::thread;

// ANCHOR: heap
/// A heap, as its numbers: blocks that are in use, and blocks in its inbox.
#[derive(Clone, Copy, Default)]
struct Heap {
    live: usize,
    inbox: usize,
    is_owned: bool,
}

// All heaps, under a lock: what is done without one is not the point here.
static HEAPS: Mutex<Vec<Heap>> = Mutex::new(Vec::new());

/// A new thread's heap: one that is nobody's, if there is one.
fn take() -> usize {
    let mut heaps = HEAPS.lock().unwrap();
    let orphan = heaps.iter().position(|heap| !heap.is_owned);
    let number = orphan.unwrap_or(heaps.len());
    if orphan.is_none() {
        heaps.push(Heap::default());
    }
    let heap = &mut heaps[number];
    heap.live -= std::mem::take(&mut heap.inbox);
    heap.is_owned = true;
    number
}

/// Its thread ends.
fn let_go(heap: usize) {
    HEAPS.lock().unwrap()[heap].is_owned = false;
}
// ANCHOR_END: heap

fn allocate(heap: usize) {
    HEAPS.lock().unwrap()[heap].live += 1;
}

/// As another thread.
fn leave(heap: usize) {
    HEAPS.lock().unwrap()[heap].inbox += 1;
}

// ANCHOR: main
fn main() {
    // Threads come and go. Each block outlives its thread, and is freed by this one.
    for _ in 0..100 {
        let thread = thread::spawn(|| {
            let heap = take();
            allocate(heap);
            let_go(heap);
            heap
        });
        leave(thread.join().unwrap());
    }
    let heaps = HEAPS.lock().unwrap();
    let lost: usize = heaps.iter().map(|heap| heap.inbox).sum();
    println!("{} heap, {lost} free block that waits for the next thread", heaps.len());
}
// ANCHOR_END: main
// ANCHOR_END: all
