//! A thread ends, and what others leave for its heap is never looked at again.
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
}

// All heaps, under a lock: what is done without one is not the point here.
static HEAPS: Mutex<Vec<Heap>> = Mutex::new(Vec::new());

/// A new thread's heap.
fn take() -> usize {
    let mut heaps = HEAPS.lock().unwrap();
    heaps.push(Heap::default());
    heaps.len() - 1
}

/// Its thread ends.
fn let_go(_: usize) {}
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
    println!("{} heaps, {lost} free blocks that nobody will ever give out", heaps.len());
}
// ANCHOR_END: main
// ANCHOR_END: all
