//! The fixed arenas beside the system's allocator and beside two arenas of others.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

use allocator::{FirstFit, FourByteAllocator};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use linked_list_allocator::LockedHeap;
use talc::{ErrOnOom, Span, Talc, Talck};

const ARENA: usize = 1 << 20;
const BATCH: usize = 1_000;

type Work = fn(&mut BenchmarkGroup<'_, WallTime>, &str, &dyn GlobalAlloc);

fn everybody(group: &mut BenchmarkGroup<'_, WallTime>, work: Work) {
    let ours = Box::leak(Box::new(FirstFit::<ARENA>::new()));
    work(group, "allocator", ours);

    work(group, "system", &System);

    let arena = Box::leak(vec![0_u8; ARENA].into_boxed_slice());
    let talc: Talck<spin::Mutex<()>, ErrOnOom> = Talc::new(ErrOnOom).lock();
    // SAFETY: the arena is leaked, so it lives for ever, and nobody else uses it.
    let claimed = unsafe { talc.lock().claim(Span::from(&mut *arena)) };
    assert!(claimed.is_ok());
    work(group, "talc", &talc);

    let arena = Box::leak(vec![0_u8; ARENA].into_boxed_slice());
    let linked = LockedHeap::empty();
    // SAFETY: the arena is leaked, so it lives for ever, and nobody else uses it.
    unsafe { linked.lock().init(arena.as_mut_ptr(), ARENA) };
    work(group, "linked_list_allocator", &linked);
}

/// Allocate, and give back at once.
fn pair(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, allocator: &dyn GlobalAlloc) {
    let layout = black_box(Layout::new::<[u64; 8]>());
    group.bench_function(name, |b| {
        b.iter(|| {
            // SAFETY: the layout has a size.
            let block = black_box(unsafe { allocator.alloc(layout) });
            // SAFETY: the block is from this allocator, with this layout.
            unsafe { allocator.dealloc(block, layout) };
        });
    });
}

/// A thousand blocks of changing sizes, then all of them back, in another order.
fn batch(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, allocator: &dyn GlobalAlloc) {
    let layouts: Vec<Layout> =
        (0..BATCH).filter_map(|n| Layout::from_size_align(8 + (n * 37) % 500, 8).ok()).collect();
    let mut blocks = Vec::with_capacity(BATCH);
    group.bench_function(name, |b| {
        b.iter(|| {
            for layout in &layouts {
                // SAFETY: the layout has a size.
                blocks.push(unsafe { allocator.alloc(*layout) });
            }
            assert!(!blocks.iter().any(|block| block.is_null()));
            // 7 and the length have no common divisor: every block, once.
            for n in 0..BATCH {
                let n = n * 7 % BATCH;
                // SAFETY: the block is from this allocator, with this layout.
                unsafe { allocator.dealloc(blocks[n], layouts[n]) };
            }
            blocks.clear();
        });
    });
}

fn pairs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("allocator/allocate and free 64 bytes");
    everybody(&mut group, pair);
    group.finish();
}

fn batches(criterion: &mut Criterion) {
    let mut group =
        criterion.benchmark_group("allocator/1,000 blocks of 8 to 507 bytes, then free all");
    group.throughput(Throughput::Elements(2 * BATCH as u64));
    everybody(&mut group, batch);
    group.finish();
}

fn slots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("allocator/allocate and free four bytes");
    let slots = FourByteAllocator::new();
    let layout = black_box(Layout::new::<u32>());
    for (name, allocator) in [("allocator", &slots as &dyn GlobalAlloc), ("system", &System)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                // SAFETY: the layout has a size.
                let block = black_box(unsafe { allocator.alloc(layout) });
                // SAFETY: the block is from this allocator, with this layout.
                unsafe { allocator.dealloc(block, layout) };
            });
        });
    }
    group.finish();
}

criterion_group!(benches, slots, pairs, batches);
criterion_main!(benches);
