//! The right size, no padding: but a pointer is more than its address.
// ANCHOR: all
use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    let number = 7_u32;
    let slot = AtomicU64::new(0);
    slot.store((&raw const number).addr() as u64, Ordering::Release);

    let address = slot.load(Ordering::Acquire) as usize;
    let pointer = std::ptr::without_provenance::<u32>(address);
    println!("{}", unsafe { *pointer }); //~ ERROR: has no provenance
}
// ANCHOR_END: all
