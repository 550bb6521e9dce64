//! A program with a mistake in it, for the tools that should find it: `planted ALLOCATOR MISTAKE`.
//!
//! It is run by `tests/tools.rs`. The mistake `none` is a clean program.
// It is wrong on purpose: there is nothing to prove of each line.
#![allow(
    unsafe_op_in_unsafe_fn,
    clippy::missing_safety_doc,
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]

use std::alloc::{GlobalAlloc, Layout};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::ExitCode;
use std::thread;

use allocator::{FirstFit, SlotAllocator, StaticRegion, ThreadHeap, Tlsf};

/// The allocator of the program itself, reached with `program`.
#[global_allocator]
static PROGRAM: FirstFit<{ 1 << 20 }> = FirstFit::new();

static ARENA: FirstFit<4096> = FirstFit::new();
static OTHER: FirstFit<4096> = FirstFit::new();
static SLOTS: SlotAllocator<64, 32> = SlotAllocator::new();
static REGION: StaticRegion<4096> = StaticRegion::new();
static TLSF: Tlsf = Tlsf::with_region(&REGION);
static THREADS: ThreadHeap = ThreadHeap::new();

/// Not a multiple of any allocator's unit.
const BLOCK: Layout = layout(20);

const fn layout(size: usize) -> Layout {
    match Layout::from_size_align(size, 4) {
        Ok(layout) => layout,
        Err(_) => panic!("not a layout"),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, mistake] = arguments.as_slice() else {
        eprintln!("planted ALLOCATOR MISTAKE");
        return ExitCode::FAILURE;
    };
    let heap: &(dyn GlobalAlloc + Sync) = match name.as_str() {
        "program" => &PROGRAM,
        "first_fit" => &ARENA,
        "slots" => &SLOTS,
        "tlsf" => &TLSF,
        "thread_heap" => &THREADS,
        _ => panic!("no allocator is called {name}"),
    };
    unsafe {
        match mistake.as_str() {
            "none" => none(heap),
            "read_after_free" => read_after_free(heap),
            "write_after_free" => write_after_free(heap),
            "write_after_reuse" => write_after_reuse(heap),
            "out_of_bounds" => out_of_bounds(heap),
            "stale_read" => stale_read(heap),
            "stale_read_of_gained_bytes" => stale_read_of_gained_bytes(heap),
            "old_pointer_after_realloc" => old_pointer_after_realloc(heap),
            "leak" => leak(heap),
            "double_free" => double_free(heap),
            "wrong_layout" => wrong_layout(heap),
            "wrong_layout_in_realloc" => wrong_layout_in_realloc(heap),
            "foreign_block" => foreign_block(heap),
            _ => panic!("no mistake is called {mistake}"),
        }
    }
    ExitCode::SUCCESS
}

type Heap<'a> = &'a (dyn GlobalAlloc + Sync);

/// Collections, threads, and the heap itself, as they should be used.
unsafe fn none(heap: Heap<'_>) {
    let counts = (0..100_u32).map(|n| (n % 10, n.to_string())).collect::<BTreeMap<_, _>>();
    drop(counts);
    fn next(old: Box<u64>) -> Box<u64> {
        let value = *old + 1;
        drop(old);
        Box::new(value)
    }
    black_box(next(next(Box::new(1))));
    thread::scope(|scope| {
        for fill in 1..4 {
            scope.spawn(move || unsafe { rounds(heap, fill) });
        }
    });
}

unsafe fn rounds(heap: Heap<'_>, fill: u8) {
    for round in 1..=8 {
        let first = heap.alloc(layout(round * 4));
        first.write_bytes(fill, round * 4);
        let second = heap.alloc_zeroed(BLOCK);
        assert_eq!(second.add(19).read(), 0);
        let first = heap.realloc(first, layout(round * 4), 48);
        assert_eq!(first.add(round * 4 - 1).read(), fill);
        heap.dealloc(second, BLOCK);
        heap.dealloc(first, layout(48));
    }
}

/// A block with its bytes written.
unsafe fn block(heap: Heap<'_>) -> *mut u8 {
    let block = heap.alloc(BLOCK);
    block.write_bytes(1, BLOCK.size());
    black_box(block)
}

unsafe fn read_after_free(heap: Heap<'_>) {
    let block = block(heap);
    heap.dealloc(block, BLOCK);
    look_at(block.add(4));
}

unsafe fn write_after_free(heap: Heap<'_>) {
    let block = block(heap);
    heap.dealloc(block, BLOCK);
    // Behind the links of a free list: the program must come to its end.
    block.add(18).write(2);
}

unsafe fn write_after_reuse(heap: Heap<'_>) {
    let old = block(heap);
    heap.dealloc(old, BLOCK);
    let new = block(heap);
    old.write(2);
    heap.dealloc(new, BLOCK);
}

unsafe fn out_of_bounds(heap: Heap<'_>) {
    let first = block(heap);
    let second = block(heap);
    first.add(BLOCK.size()).write(2);
    heap.dealloc(first, BLOCK);
    heap.dealloc(second, BLOCK);
}

unsafe fn stale_read(heap: Heap<'_>) {
    let old = block(heap);
    heap.dealloc(old, BLOCK);
    let new = heap.alloc(BLOCK);
    look_at(new.add(4));
    heap.dealloc(new, BLOCK);
}

unsafe fn stale_read_of_gained_bytes(heap: Heap<'_>) {
    let old = heap.realloc(block(heap), BLOCK, 64);
    old.write_bytes(1, 64);
    heap.dealloc(old, layout(64));
    let new = heap.realloc(block(heap), BLOCK, 64);
    look_at(new.add(40));
    heap.dealloc(new, layout(64));
}

unsafe fn old_pointer_after_realloc(heap: Heap<'_>) {
    let block = block(heap);
    let shorter = heap.realloc(block, BLOCK, 4);
    look_at(block.add(8));
    heap.dealloc(shorter, layout(4));
}

unsafe fn leak(heap: Heap<'_>) {
    block(heap);
}

unsafe fn double_free(heap: Heap<'_>) {
    let block = block(heap);
    heap.dealloc(block, BLOCK);
    heap.dealloc(block, BLOCK);
}

unsafe fn wrong_layout(heap: Heap<'_>) {
    heap.dealloc(block(heap), layout(24));
}

unsafe fn wrong_layout_in_realloc(heap: Heap<'_>) {
    let block = heap.realloc(block(heap), layout(24), 40);
    heap.dealloc(block, layout(40));
}

unsafe fn foreign_block(heap: Heap<'_>) {
    heap.dealloc(block(&OTHER), BLOCK);
}

/// A read that decides something.
#[inline(never)]
unsafe fn look_at(place: *const u8) {
    if black_box(place).read() == 77 {
        println!("seventy-seven");
    }
}
