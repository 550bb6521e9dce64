//! The first list whose blocks are all long enough.
//@ check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};

const LISTS: usize = 8;

/// The number of the list that a free block of this size is in.
fn list_of(size: usize) -> usize {
    let shift = (size.max(LISTS).ilog2() - LISTS.ilog2()) as usize;
    shift * LISTS + (size >> shift)
}

/// Free blocks: in each list those of about one size. They are not cut.
struct Lists([Vec<*mut u8>; 256]);

impl Lists {
    fn release(&mut self, block: *mut u8, size: usize) {
        self.0[list_of(size)].push(block);
    }

    // ANCHOR: allocate
    fn allocate(&mut self, size: usize) -> Option<*mut u8> {
        // Rounded up to the next size that begins a list.
        let step = 1 << (size.max(LISTS).ilog2() - LISTS.ilog2());
        let first = list_of(size + step - 1);
        self.0[first..].iter_mut().find_map(Vec::pop)
    }
    // ANCHOR_END: allocate
}

// ANCHOR: main
fn main() {
    let layout = Layout::from_size_align(66, 1).unwrap();
    let mut lists = Lists([const { Vec::new() }; 256]);
    lists.release(unsafe { alloc(layout) }, 66);

    println!("66 is in list {}, 71 too: {}", list_of(66), list_of(71));
    if let Some(block) = lists.allocate(71) {
        unsafe { block.add(70).write(1) };
        lists.release(block, 66);
    }
    println!("for 64 there is one: {}", lists.allocate(64).is_some_and(|block| {
        unsafe { dealloc(block, layout) };
        true
    }));
}
// ANCHOR_END: main
// ANCHOR_END: all
