//! The smallest thing that could work: take an index, then write there.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

static LEN: AtomicUsize = AtomicUsize::new(0);
static SLOTS: [AtomicU64; 8] = [const { AtomicU64::new(0) }; 8];

/// The first half of a push: from here on, everybody sees the new length.
fn take_an_index() -> usize {
    LEN.fetch_add(1, Ordering::AcqRel)
}

/// The second half.
fn write_there(index: usize, value: u64) {
    SLOTS[index].store(value, Ordering::Release);
}

fn pop() -> Option<u64> {
    let len = LEN.load(Ordering::Acquire);
    let last = len.checked_sub(1)?;
    LEN.compare_exchange(len, last, Ordering::AcqRel, Ordering::Relaxed).ok()?;
    Some(SLOTS[last].load(Ordering::Acquire))
}

fn main() {
    // Thread A is pushing 7, and is stopped in the middle.
    let index = take_an_index();
    // Thread B pops.
    println!("B popped {:?}, which nobody pushed", pop());
    // Thread A goes on.
    write_there(index, 7);
    println!("A pushed 7, and now B pops {:?}", pop());
}
// ANCHOR_END: all
