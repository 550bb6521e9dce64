//! Reading one element after the other: a state that there never was.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, Ordering};

fn main() {
    let slots = [AtomicU32::new(4), AtomicU32::new(6)];
    let set = |index: usize, value: u32| slots[index].store(value, Ordering::Release);
    let get = |index: usize| slots[index].load(Ordering::Acquire);

    let first = get(0);
    set(0, 3);
    set(1, 7);
    let second = get(1);
    println!("it was [4, 6], then [3, 6], then [3, 7]; read: {:?}", [first, second]);
    assert_eq!([first, second], [4, 7]);
}
// ANCHOR_END: all
