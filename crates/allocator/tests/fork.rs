//! Children of a process whose other threads were in the middle of everything.
#![cfg(all(feature = "std", target_os = "linux", not(loom), not(miri)))]
// A step here is several calls of the C library.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use std::alloc::Layout;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use allocator::{Heap, ThreadHeap};

const HEAP: ThreadHeap = ThreadHeap::new();

/// Blocks of other threads, for the child to free: addresses, or 0.
static SHARED: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];

fn layout(n: usize) -> Layout {
    let size = [16, 64, 500, 3000, 20_000, 2 << 20][n % 6];
    Layout::from_size_align(size, 8).unwrap_or(Layout::new::<u8>())
}

/// Allocate, write, swap with the shared blocks, free what was there: `rounds` times.
fn churn(seed: usize, rounds: usize) -> bool {
    let mut random = seed.wrapping_mul(0x9e37_79b9) | 1;
    for _ in 0..rounds {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let place = random % SHARED.len();
        let layout = layout(place);
        // SAFETY: the size is not 0; a shared block belongs to whoever swapped it out, and each place has
        // blocks of one layout.
        unsafe {
            let block = HEAP.allocate(layout);
            if block.is_null() {
                return false;
            }
            block.write(place as u8);
            block.add(layout.size() - 1).write(place as u8);
            let old = SHARED[place].swap(block.expose_provenance(), Ordering::AcqRel);
            if old != 0 {
                let old = std::ptr::with_exposed_provenance_mut::<u8>(old);
                if old.read() != place as u8 || old.add(layout.size() - 1).read() != place as u8 {
                    return false;
                }
                HEAP.release(old, layout);
            }
        }
    }
    true
}

extern "C" fn churning_thread(seed: *mut libc::c_void) -> *mut libc::c_void {
    if churn(seed.addr(), 300) { std::ptr::null_mut() } else { seed }
}

/// What a child does: churn, also in threads of its own. Only what may be called after `fork`, and
/// threads, which on Linux may.
fn in_child() -> bool {
    let mut fine = churn(99, 300);
    for seed in 1..4_usize {
        let mut thread = 0;
        let mut result = std::ptr::null_mut();
        // SAFETY: the arguments are as the functions want them.
        unsafe {
            let seed = std::ptr::without_provenance_mut(seed);
            fine &= libc::pthread_create(&mut thread, std::ptr::null(), churning_thread, seed) == 0
                && libc::pthread_join(thread, &mut result) == 0;
        }
        fine &= result.is_null();
    }
    fine
}

#[test]
fn children_find_a_heap_in_order() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let threads: Vec<_> = (0..4)
        .map(|n| {
            thread::spawn(move || {
                while !STOP.load(Ordering::Relaxed) {
                    assert!(churn(black_box(n + 1), 100));
                }
            })
        })
        .collect();
    for _ in 0..100 {
        assert!(churn(7, 50));
        // SAFETY: the child calls `in_child` and `_exit` alone.
        let child = unsafe { libc::fork() };
        assert!(child >= 0);
        if child == 0 {
            // A child that waits for a lock that nobody holds is ended, and its status says so.
            // SAFETY: nothing is asked of the caller.
            unsafe { libc::alarm(60) };
            let fine = in_child();
            // SAFETY: ends the child.
            unsafe { libc::_exit(if fine { 0 } else { 1 }) };
        }
        let mut status = -1;
        // SAFETY: the child is ours.
        assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
        assert_eq!(status, 0, "the child's status");
    }
    STOP.store(true, Ordering::Relaxed);
    for thread in threads {
        assert!(thread.join().is_ok());
    }
}
