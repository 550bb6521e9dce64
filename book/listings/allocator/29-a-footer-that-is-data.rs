//! To find the block before this one by the word in front of it, whatever that word is.
//@ check-pass
// ANCHOR: all
/// In a header: the block is free. Lengths are even, so the bit is there to be used.
const FREE: usize = 1;

// ANCHOR: release
/// Blocks side by side. Each begins with a header, its length in words; the last word of a free
/// one says it again. There is no list here.
struct Arena([usize; 16]);

impl Arena {
    /// Free the block at `at`: it, or the one that it became a part of.
    fn release(&mut self, at: usize) -> usize {
        let words = &mut self.0;
        let len = words[at];
        words[at] |= FREE;
        words[at + len - 1] = len;
        // The word in front of a block is the footer of the block before, if that is free.
        let before = at.wrapping_sub(words[at - 1]);
        if words.get(before) == Some(&(words[at - 1] | FREE)) {
            words[before] += len;
            words[at + len - 1] = words[before] - FREE;
            return before;
        }
        at
    }
}
// ANCHOR_END: release

// ANCHOR: main
fn main() {
    // Three blocks, of 4, 6 and 6 words. All are in use.
    let mut arena = Arena([0; 16]);
    (arena.0[0], arena.0[4], arena.0[10]) = (4, 6, 6);

    // The owner of the second one writes what he likes.
    arena.0[5..10].copy_from_slice(&[70, 4 | FREE, 80, 90, 4]);
    arena.release(10);
    println!("the second block: {:?}", &arena.0[5..10]);
}
// ANCHOR_END: main
// ANCHOR_END: all
