//! A bit in a block's own header says whether there is a footer in front of it.
//@ check-pass
// ANCHOR: all
/// In a header: the block is free.
const FREE: usize = 1;
/// In a header: the block before is free.
const AFTER_FREE: usize = 2;
// Lengths are multiples of 4 here, so that both bits are there to be used.
const FLAGS: usize = 3;

// ANCHOR: release
/// Blocks side by side. Each begins with a header, its length in words; the last word of a free
/// one says it again. There is no list here.
struct Arena([usize; 16]);

impl Arena {
    /// Free the block at `at`: it, or the one that it became a part of.
    fn release(&mut self, mut at: usize) -> usize {
        let words = &mut self.0;
        let mut len = words[at] & !FLAGS;
        let end = at + len;
        if words[at] & AFTER_FREE != 0 {
            let before = words[at - 1];
            (at, len) = (at - before, len + before);
        }
        words[at] = len | FREE | words[at] & AFTER_FREE;
        words[end - 1] = len;
        if let Some(next) = words.get_mut(end) {
            *next |= AFTER_FREE;
        }
        at
    }
}
// ANCHOR_END: release

// ANCHOR: main
fn main() {
    // Three blocks, of 4, 4 and 8 words. All are in use.
    let mut arena = Arena([0; 16]);
    (arena.0[0], arena.0[4], arena.0[8]) = (4, 4, 8);

    // The owner of the second one writes what he likes.
    arena.0[5..8].copy_from_slice(&[3, 80, 3]);
    println!("freed: the block at {}", arena.release(8));
    println!("the second block: {:?}", &arena.0[5..8]);
    println!("freed: the block at {}", arena.release(0));
    println!("freed: the block at {}", arena.release(4));
}
// ANCHOR_END: main
// ANCHOR_END: all
