//! A parcel that is filled again before it came back.
// ANCHOR: all
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::{Acquire, Release}};
use std::thread;

// ANCHOR: parcel
/// Addresses of blocks that are on their way home.
struct Parcel {
    blocks: UnsafeCell<[usize; 3]>,
}

// SAFETY: the sender's, or the receiver's, in turn.
unsafe impl Sync for Parcel {}

static PARCEL: Parcel = Parcel { blocks: UnsafeCell::new([0; 3]) };
static INBOX: AtomicPtr<Parcel> = AtomicPtr::new(ptr::null_mut());

fn send(blocks: [usize; 3]) {
    unsafe { PARCEL.blocks.get().write(blocks) }; //~ ERROR: Data race detected
    INBOX.store((&raw const PARCEL).cast_mut(), Release);
}

fn receive() -> usize {
    let parcel = INBOX.swap(ptr::null_mut(), Acquire);
    if parcel.is_null() {
        return 0;
    }
    let parcel = unsafe { &*parcel };
    let blocks = unsafe { parcel.blocks.get().read() };
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
        while !INBOX.load(Acquire).is_null() {
            thread::yield_now();
        }
    }
    println!("{}", owner.join().unwrap());
}
// ANCHOR_END: main
// ANCHOR_END: all
