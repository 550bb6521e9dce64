//! Bytes as operations on an allocator, beside a plain list of what is live.
//!
//! Three bytes an operation. The first: two bits for which, the others for the alignment, or for the block;
//! then two bytes for a size, or for the block.

use std::alloc::{GlobalAlloc, Layout};

/// A block that is live, filled with a byte of its own.
#[derive(Debug)]
pub struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

impl Block {
    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    fn end(&self) -> usize {
        self.start.addr() + self.size()
    }

    fn check(&self, length: usize) {
        // SAFETY: the block has these bytes, and they were filled.
        let bytes = unsafe { std::slice::from_raw_parts(self.start, length) };
        // The first is right, and each is the one before it: a comparison of slices, which is one step for Miri.
        let is_whole = bytes.first().is_none_or(|&first| first == self.fill)
            && bytes.get(1..).is_none_or(|rest| rest == &bytes[..rest.len()]);
        assert!(is_whole, "{self:?} holds something else");
    }

    fn fill(&mut self, fill: u8) {
        self.fill = fill;
        // SAFETY: the block has this many bytes.
        unsafe { self.start.write_bytes(fill, self.size()) };
    }
}

/// Do what `input` says with `heap`, and give back what is left. Blocks are aligned, do not overlap, and keep what
/// was written to them. `check` is called after each operation. Sizes are up to 64 KiB times `scale`.
pub fn operations<A: GlobalAlloc>(
    input: &[u8],
    heap: &A,
    scale: usize,
    check: impl Fn(&A, &[Block]),
) {
    let mut live = Vec::<Block>::new();
    for (number, operation) in input.chunks_exact(3).enumerate() {
        let [first, low, high] = [0, 1, 2].map(|at| usize::from(operation[at]));
        let rest = first >> 2;
        // Small sizes are more likely.
        let size = 1 + ((low + 256 * high) >> (rest % 8)) * scale;
        let fill = number as u8;
        match first % 4 {
            kind @ (0 | 1) => {
                let layout = Layout::from_size_align(size, 1 << (rest / 8)).unwrap();
                let start = if kind == 0 {
                    // SAFETY: the size is not 0.
                    unsafe { heap.alloc(layout) }
                } else {
                    // SAFETY: as above.
                    unsafe { heap.alloc_zeroed(layout) }
                };
                if !start.is_null() {
                    let mut block = Block { start, layout, fill: 0 };
                    enter(&block, &live);
                    if kind == 1 {
                        block.check(size);
                    }
                    block.fill(fill);
                    live.push(block);
                }
            }
            _ if live.is_empty() => {}
            2 => give_back(heap, live.swap_remove((rest + low) % live.len())),
            _ => {
                let mut block = live.swap_remove(rest % live.len());
                // SAFETY: the block is live, with this layout; the new size is possible.
                let start = unsafe { heap.realloc(block.start, block.layout, size) };
                if !start.is_null() {
                    let kept = size.min(block.size());
                    block.start = start;
                    block.layout = Layout::from_size_align(size, block.layout.align()).unwrap();
                    enter(&block, &live);
                    block.check(kept);
                    block.fill(fill);
                }
                live.push(block);
            }
        }
        check(heap, &live);
    }
    live.into_iter().for_each(|block| give_back(heap, block));
}

/// See that a new block is aligned and apart from the others.
fn enter(block: &Block, live: &[Block]) {
    assert!(block.start.addr().is_multiple_of(block.layout.align()), "{block:?} is not aligned");
    for other in live {
        let is_apart = block.end() <= other.start.addr() || other.end() <= block.start.addr();
        assert!(is_apart, "{block:?} overlaps {other:?}");
    }
}

fn give_back<A: GlobalAlloc>(heap: &A, block: Block) {
    block.check(block.size());
    // SAFETY: the block is live, with this layout, and nobody has it any more.
    unsafe { heap.dealloc(block.start, block.layout) };
}
