//! What `Hardened` costs: allocators with it and without, on the same work.
//!
//! ```text
//! cargo run --release -p allocator --example hardening
//! ```
//!
//! Each line has the time of one `alloc` with its `dealloc`, of the best of a few rounds.

use std::alloc::{GlobalAlloc, Layout};
use std::hint::black_box;
use std::time::Instant;

use allocator::{FirstFit, Hardened, SlotAllocator, StaticRegion, ThreadHeap, Tlsf};

static REGIONS: [StaticRegion<{ 8 << 20 }>; 2] = [const { StaticRegion::new() }; 2];
static FIRST_FIT: FirstFit<{ 4 << 20 }> = FirstFit::new();
static FIRST_FIT_HARDENED: Hardened<FirstFit<{ 4 << 20 }>> = Hardened::new(FirstFit::new());
static SLOTS: SlotAllocator<128, 4096> = SlotAllocator::new();
static SLOTS_HARDENED: Hardened<SlotAllocator<128, 4096>> = Hardened::new(SlotAllocator::new());
static TLSF: Tlsf = Tlsf::with_region(&REGIONS[0]);
static TLSF_HARDENED: Hardened<Tlsf> = Hardened::new(Tlsf::with_region(&REGIONS[1]));
static THREAD_HEAP: ThreadHeap = ThreadHeap::new();
static THREAD_HEAP_HARDENED: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new());
static GUARDED: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new()).with_guard_pages(64 << 10);

type Heap<'a> = &'a dyn GlobalAlloc;

/// Allocate blocks of these sizes, one after the other, write to each, and free them all.
fn batch(heap: Heap<'_>, blocks: &mut [*mut u8], sizes: &[usize]) {
    let layout = |at: usize| Layout::from_size_align(sizes[at % sizes.len()], 8);
    for (at, block) in blocks.iter_mut().enumerate() {
        let Ok(layout) = layout(at) else { return };
        // SAFETY: the size is not 0.
        *block = unsafe { heap.alloc(layout) };
        assert!(!block.is_null(), "out of memory");
        // SAFETY: the block has a byte.
        unsafe { block.write(1) };
    }
    for (at, block) in blocks.iter().enumerate() {
        let Ok(layout) = layout(at) else { return };
        // SAFETY: it came from there, with this layout.
        unsafe { heap.dealloc(black_box(*block), layout) };
    }
}

/// The nanoseconds of one block's life.
fn measure(heap: Heap<'_>, count: usize, sizes: &[usize]) -> f64 {
    let repeat = 100_000 / count;
    let mut blocks = vec![std::ptr::null_mut(); count];
    let rounds = (0..7).map(|_| {
        let start = Instant::now();
        for _ in 0..repeat {
            batch(heap, &mut blocks, sizes);
        }
        start.elapsed().as_secs_f64() * 1e9 / (repeat * count) as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() {
    let works: [(&str, usize, &[usize]); 3] = [
        ("64 B, one by one", 1, &[64]),
        ("1,000 x 64 B", 1000, &[64]),
        ("1,000 x 8..100 B", 1000, &[8, 24, 100, 60, 16, 40, 72]),
    ];
    let small: [(&str, Heap<'_>, Heap<'_>); 4] = [
        ("SlotAllocator", &SLOTS, &SLOTS_HARDENED),
        ("FirstFit", &FIRST_FIT, &FIRST_FIT_HARDENED),
        ("Tlsf", &TLSF, &TLSF_HARDENED),
        ("ThreadHeap", &THREAD_HEAP, &THREAD_HEAP_HARDENED),
    ];
    println!("{:<32}{:>10}{:>12}{:>8}", "", "plain, ns", "hardened, ns", "ratio");
    let line = |name: &str, plain: Heap<'_>, hardened: Heap<'_>, count, sizes: &[usize]| {
        let [plain, hardened] = [plain, hardened].map(|heap| measure(heap, count, sizes));
        println!("{name:<32}{plain:>10.1}{hardened:>12.1}{:>8.1}", hardened / plain);
    };
    for (name, plain, hardened) in small {
        for (work, count, sizes) in works {
            line(&format!("{name}, {work}"), plain, hardened, count, sizes);
        }
    }
    line("ThreadHeap, 16 KiB, one by one", &THREAD_HEAP, &THREAD_HEAP_HARDENED, 1, &[16 << 10]);
    line("guarded, 128 KiB, one by one", &THREAD_HEAP, &GUARDED, 1, &[128 << 10]);
}
