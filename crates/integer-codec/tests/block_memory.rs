//! A length in the input never allocates more than the input could hold.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use integer_codec::block::{Codec, FRAME};

/// The system's allocator, which remembers the largest request.
struct Largest(AtomicUsize);

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Largest {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static LARGEST: Largest = Largest(AtomicUsize::new(0));

fn largest_while(f: impl FnOnce()) -> usize {
    LARGEST.0.store(0, Ordering::Relaxed);
    f();
    LARGEST.0.load(Ordering::Relaxed)
}

// One test alone, since the allocator counts for all threads.
#[test]
fn counts_do_not_allocate() {
    // 2^56 values, of which nothing is there.
    let huge = [0x82, 0xf7, 0, 0, 0, 0, 0, 0, 0, 1, 0x01, 7, 7, 7];
    let largest = largest_while(|| {
        assert!(Codec::new().decode::<u64>(&huge, &mut Vec::new()).is_err());
    });
    assert!(largest < 1024, "{largest}");

    // As many as the bytes could hold, if each were the smallest frame; but the first is damaged.
    let frames: usize = if cfg!(miri) { 2 } else { 1000 };
    let mut bytes = vec![0x82, 0xf2];
    bytes.extend(&((frames * FRAME) as u32).to_le_bytes()[..3]);
    bytes.resize(bytes.len() + 4 * (frames - 1), 0);
    bytes.resize(bytes.len() + frames, 0x0f);
    let largest = largest_while(|| {
        assert!(Codec::new().decode::<u64>(&bytes, &mut Vec::new()).is_err());
    });
    assert!(largest <= 8 * (bytes.len() + 2 * FRAME), "{largest} for {} bytes", bytes.len());

    // The same number of values, all zero, is there: now they are allocated.
    let mut bytes = Vec::new();
    Codec::new().encode(&vec![0_u64; frames * FRAME], &mut bytes);
    let largest = largest_while(|| {
        let mut values = Vec::<u64>::new();
        assert!(Codec::new().decode(&bytes, &mut values).is_ok());
        assert_eq!(values.len(), frames * FRAME);
    });
    assert!(largest >= 8 * frames * FRAME, "the allocator counts nothing");
}
