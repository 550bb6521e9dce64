//! A log that says of a block that it is free after somebody else may have it.
//@ check-pass
// ANCHOR: all
use std::cell::RefCell;

/// Free blocks, by number, and what was done with them: `+` given out, `-` freed.
#[derive(Default)]
struct Logged {
    free: RefCell<Vec<usize>>,
    log: RefCell<Vec<(char, usize)>>,
}

impl Logged {
    fn allocate(&self) -> Option<usize> {
        let block = self.free.borrow_mut().pop()?;
        self.log.borrow_mut().push(('+', block));
        Some(block)
    }

    // ANCHOR: release
    /// `between` is what other threads do between the two steps.
    fn release(&self, block: usize, between: impl FnOnce()) {
        self.free.borrow_mut().push(block);
        between();
        self.log.borrow_mut().push(('-', block));
    }
    // ANCHOR_END: release
}

fn main() {
    let heap = Logged::default();
    heap.free.borrow_mut().push(7);
    if let Some(block) = heap.allocate() {
        heap.release(block, || {
            heap.allocate();
        });
    }
    println!("{:?}", heap.log.borrow());
}
// ANCHOR_END: all
