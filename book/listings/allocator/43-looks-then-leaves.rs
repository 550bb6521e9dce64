//! To look whether a heap has an owner, and then to leave something for it: in between it can lose him.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

// ANCHOR: heap
struct Heap {
    is_owned: AtomicBool,
    inbox: AtomicUsize,
}

impl Heap {
    /// Leave a block. `between` is what other threads do between the two steps.
    fn leave(&self, between: impl FnOnce()) {
        let is_owned = self.is_owned.load(SeqCst);
        between();
        self.inbox.fetch_add(1, SeqCst);
        if !is_owned {
            self.tidy_up();
        }
    }

    /// The owner's thread ends.
    fn let_go(&self) {
        self.tidy_up();
        self.is_owned.store(false, SeqCst);
    }

    fn tidy_up(&self) {
        self.inbox.store(0, SeqCst);
    }
}
// ANCHOR_END: heap

// ANCHOR: main
fn main() {
    let heap = Heap { is_owned: AtomicBool::new(true), inbox: AtomicUsize::new(0) };
    heap.leave(|| heap.let_go());
    let has_owner = heap.is_owned.load(SeqCst);
    println!("in the inbox: {}, an owner: {has_owner}", heap.inbox.load(SeqCst));
}
// ANCHOR_END: main
// ANCHOR_END: all
