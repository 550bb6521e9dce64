//! Both say first what they do, and look then.
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
        self.inbox.fetch_add(1, SeqCst);
        between();
        if self.take() {
            self.inbox.store(0, SeqCst);
            self.let_go(|| ());
        }
    }

    /// Become the owner of what is nobody's.
    fn take(&self) -> bool {
        self.is_owned.compare_exchange(false, true, SeqCst, SeqCst).is_ok()
    }

    /// Stop being the owner.
    fn let_go(&self, between: impl FnOnce()) {
        self.is_owned.store(false, SeqCst);
        between();
        while self.inbox.load(SeqCst) != 0 && self.take() {
            self.inbox.store(0, SeqCst);
            self.is_owned.store(false, SeqCst);
        }
    }
}
// ANCHOR_END: heap

// ANCHOR: main
fn main() {
    let heap = || Heap { is_owned: AtomicBool::new(true), inbox: AtomicUsize::new(0) };
    let heaps = [(); 4].map(|()| heap());
    // The owner lets go after the other's two steps, between them, or before; or the other comes
    // between his own two.
    heaps[0].leave(|| ());
    heaps[0].let_go(|| ());
    heaps[1].leave(|| heaps[1].let_go(|| ()));
    heaps[2].let_go(|| ());
    heaps[2].leave(|| ());
    heaps[3].let_go(|| heaps[3].leave(|| ()));
    println!("in the inboxes: {:?}", heaps.map(|heap| heap.inbox.into_inner()));
}
// ANCHOR_END: main
// ANCHOR_END: all
