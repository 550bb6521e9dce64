//! Layouts at the edges, for every allocator: no size, sizes and alignments beyond all bounds, and
//! memory that runs out.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::{GlobalAlloc, Layout};

use allocator::{FirstFit, SlotAllocator, ThreadHeap, Tlsf};
use allocator_api2::alloc::Allocator;
use common::faces::{Api, Bare};
use common::subjects::{LARGE, Subject, every_allocator};
use common::{Block, layout};

const LARGEST: usize = isize::MAX as usize;

/// Null, or a block with the alignment: `Block` checks that.
fn wide_alignments<A: GlobalAlloc>(heap: &A) {
    for bits in (0..=30).step_by(if cfg!(miri) { 5 } else { 1 }) {
        for size in [1, 24, 1 << bits] {
            if cfg!(miri) && size > 4096 {
                // A heap that has the memory would make Miri keep books of each byte.
                continue;
            }
            if let Some(block) = Block::new(heap, layout(size, 1 << bits)) {
                block.fill(bits as u8);
                assert!(block.holds(bits as u8, 1));
            }
        }
    }
}

/// What the trait's docs call possible, however silly, is answered with null.
fn sizes_that_overflow<A: GlobalAlloc>(heap: &A) {
    let widest = 1 << (usize::BITS - 2);
    for silly in [
        layout(LARGEST, 1),
        layout(LARGEST - 15, 16),
        layout(LARGEST - 4095, 4096),
        layout(widest, widest),
    ] {
        assert!(Block::new(heap, silly).is_none(), "{silly:?}");
        assert!(Block::zeroed(heap, silly).is_none(), "{silly:?}");
    }
}

fn growing_beyond_all_bounds<A: GlobalAlloc>(heap: &A) {
    let Some(mut block) = Block::new(heap, layout(1, 1)) else { panic!("one byte is too many") };
    block.fill(7);
    // Miri ends when the system would have to say that it has not that much.
    let possible = (!cfg!(miri)).then_some(LARGEST / 2);
    for size in [LARGEST, LARGEST - 15].into_iter().chain(possible) {
        assert!(!block.resize(size));
        assert!(block.holds(7, 1));
    }
}

/// Blocks until there are no more, or enough; then the same number again in the same places.
fn running_out<A: GlobalAlloc>(heap: &A) {
    let enough = if cfg!(miri) { 40 } else { 10_000 };
    let fill = || {
        let blocks = (0..enough).map_while(|_| Block::new(heap, layout(1, 1)));
        let blocks: Vec<_> = blocks.collect();
        for (number, block) in blocks.iter().enumerate() {
            block.fill(number as u8);
        }
        assert!(blocks.iter().enumerate().all(|(number, block)| block.holds(number as u8, 1)));
        blocks
    };
    let blocks = fill();
    let count = blocks.len();
    drop(blocks);
    assert!(count > 0);
    assert_eq!(fill().len(), count);
}

/// Size 0, which the traits forbid and this crate answers.
fn no_size<A: GlobalAlloc>(heap: &A) {
    let nothing = layout(0, 1);
    // SAFETY: the trait forbids size 0; these allocators say that they return null.
    assert!(unsafe { heap.alloc(nothing) }.is_null());
    // SAFETY: as above.
    assert!(unsafe { heap.alloc_zeroed(nothing) }.is_null());
    let one = layout(1, 1);
    // SAFETY: the size is not 0.
    let block = unsafe { heap.alloc(one) };
    // SAFETY: the trait forbids size 0; these allocators say that they return null.
    assert!(unsafe { heap.realloc(block, one, 0) }.is_null());
    // SAFETY: the block is still there, as it was.
    unsafe { heap.dealloc(block, one) };
}

fn all<A: GlobalAlloc>(heap: &A, look_over: impl Fn()) {
    let edges: [fn(&A); 4] =
        [wide_alignments, sizes_that_overflow, growing_beyond_all_bounds, running_out];
    for edge in edges {
        edge(heap);
        look_over();
    }
}

/// All of it through each face. What was printed last says through which it failed.
fn by_each_face<A: Subject>()
where
    for<'a> &'a A: Allocator,
{
    let bare = Bare(A::make());
    println!("bare");
    all(&bare, || bare.0.scan());
    bare.0.nothing_is_given_out();

    let global = A::make();
    println!("as a global allocator");
    all(&*global, || global.scan());
    no_size(&*global);
    global.nothing_is_given_out();

    let api = Api(A::make());
    println!("as an allocator of a collection");
    all(&api, || api.0.scan());
    api.0.nothing_is_given_out();
}

macro_rules! stamp {
    ($($name:ident: $type:ty, $sizes:expr, $aligns:expr;)*) => {$(
        #[test]
        fn $name() {
            by_each_face::<$type>();
        }
    )*};
}
every_allocator!(stamp);

// Miri is slow, and `model` has them.
#[cfg(not(miri))]
mod hardened {
    use allocator::Hardened;

    use super::*;
    use crate::common::hardened::Lent;
    use crate::common::subjects::every_hardened_allocator;

    every_hardened_allocator!(stamp);
    #[cfg(feature = "std")]
    stamp! {
        hardened_thread_heap: Hardened<allocator::ThreadHeap>, 1..40_000, 0..13;
    }
}

/// An arena in which there must be a place for the widest alignment.
#[cfg_attr(miri, ignore = "Miri keeps books of each of a thousand million bytes")]
#[cfg(target_pointer_width = "64")]
#[test]
fn aligned_to_a_gibibyte() {
    type Wide = FirstFit<{ (1 << 30) + (1 << 16) }>;
    // SAFETY: the size is not 0.
    let zeros = unsafe { std::alloc::alloc_zeroed(Layout::new::<Wide>()) };
    assert!(!zeros.is_null());
    // SAFETY: an arena of zeros is a new one, and the block has its layout.
    let arena = unsafe { Box::from_raw(zeros.cast::<Wide>()) };
    let before = Block::new(&*arena, layout(100, 1)).unwrap();
    let wide = Block::new(&*arena, layout(1 << 14, 1 << 30)).unwrap();
    wide.fill(1);
    // What lies before it is free.
    let between = Block::new(&*arena, layout(100, 1)).unwrap();
    assert_eq!(between.address(), before.address() + 112);
    arena.check().unwrap();
    drop((before, wide, between));
    arena.nothing_is_given_out();
}

/// A collection in an arena, through `allocator_api2`; and blocks whose alignment changes.
#[test]
fn collections_of_an_arena() {
    use allocator_api2::boxed::Box;
    use allocator_api2::vec::Vec;

    let arena = FirstFit::<4096>::new();
    let mut words = Vec::new_in(&arena);
    words.extend((0..100_u32).map(|n| n * n));
    words.shrink_to_fit();
    let empty = Box::new_in([0_u64; 0], &arena);
    let boxed = Box::new_in(words, &arena);
    assert_eq!(arena.stats().used, 400 + size_of_val(&*boxed).next_multiple_of(16));
    assert_eq!((boxed[99], empty.len()), (99 * 99, 0));
    drop(boxed);
    arena.nothing_is_given_out();

    let heap = &arena;
    let block = heap.allocate(layout(20, 4)).unwrap().cast::<u8>();
    // SAFETY: the block has 20 bytes.
    unsafe { block.write_bytes(5, 20) };
    // SAFETY: the block is live, with this layout.
    let wider = unsafe { heap.grow_zeroed(block, layout(20, 4), layout(40, 256)) }.unwrap();
    assert!(wider.cast::<u8>().as_ptr().addr().is_multiple_of(256));
    // SAFETY: the block has 40 bytes, all of them written.
    let bytes = unsafe { wider.as_ref() };
    assert_eq!((&bytes[..20], &bytes[20..]), (&[5; 20][..], &[0; 20][..]));
    // SAFETY: as above.
    let none = unsafe { heap.shrink(wider.cast(), layout(40, 256), layout(0, 64)) }.unwrap();
    assert!(none.cast::<u8>().as_ptr().addr().is_multiple_of(64));
    arena.nothing_is_given_out();
    // SAFETY: a block of size 0 may grow.
    let again = unsafe { heap.grow(none.cast(), layout(0, 64), layout(8, 8)) }.unwrap();
    // SAFETY: the block is live, with this layout.
    unsafe { heap.deallocate(again.cast(), layout(8, 8)) };
    arena.nothing_is_given_out();
}
