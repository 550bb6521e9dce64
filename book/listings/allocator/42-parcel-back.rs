//! A parcel says itself when it is back.
//@ check-pass
// ANCHOR: all
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::{Acquire, Relaxed, Release}};
use std::thread;

// ANCHOR: parcel
/// Addresses of blocks that are on their way home.
struct Parcel {
    on_its_way: AtomicBool,
    blocks: UnsafeCell<[usize; 3]>,
}

// SAFETY: the sender's, or the receiver's, in turn.
unsafe impl Sync for Parcel {}

static PARCEL: Parcel = Parcel {
    on_its_way: AtomicBool::new(false),
    blocks: UnsafeCell::new([0; 3]),
};
static INBOX: AtomicPtr<Parcel> = AtomicPtr::new(ptr::null_mut());

fn send(blocks: [usize; 3]) {
    // Acquire: pairs with the Release in `receive`: all was read before it is written again.
    while PARCEL.on_its_way.load(Acquire) {
        thread::yield_now();
    }
    unsafe { PARCEL.blocks.get().write(blocks) };
    // Relaxed: the store that follows is a Release.
    PARCEL.on_its_way.store(true, Relaxed);
    INBOX.store((&raw const PARCEL).cast_mut(), Release);
}

fn receive() -> usize {
    let parcel = INBOX.swap(ptr::null_mut(), Acquire);
    if parcel.is_null() {
        return 0;
    }
    let parcel = unsafe { &*parcel };
    let blocks = unsafe { parcel.blocks.get().read() };
    // Release: pairs with the Acquire in `send`.
    parcel.on_its_way.store(false, Release);
    blocks.iter().sum()
}
// ANCHOR_END: parcel

// ANCHOR: main
fn main() {
    let owner = thread::spawn(|| {
        let mut sum = 0;
        while sum < 210 {
            sum += receive();
            thread::yield_now();
        }
        sum
    });
    for blocks in [[10, 20, 30], [40, 50, 60]] {
        send(blocks);
    }
    println!("{}", owner.join().unwrap());
}
// ANCHOR_END: main
// ANCHOR_END: all
