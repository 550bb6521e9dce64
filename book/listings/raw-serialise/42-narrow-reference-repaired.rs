//! A handle: a pointer that may read the whole block, for as long as the block is borrowed.
//@ check-pass
// ANCHOR: all
use std::marker::PhantomData;

/// A text in the same block: how far from here it begins, and its length.
#[repr(C)]
struct Text {
    distance: u32,
    len: u32,
}

/// What a file holds, in memory.
#[repr(C)]
struct Block {
    text: Text,
    behind: [u8; 20],
}

// ANCHOR: part
/// A text of a block that is borrowed for `'a`.
///
/// Invariant: `here` points at a `Text`, it was made from a reference to the *whole*
/// block, and the text's distance and length stay within that.
#[derive(Clone, Copy)]
struct TextRef<'a> {
    here: *const Text,
    block: PhantomData<&'a Block>,
}

impl<'a> TextRef<'a> {
    fn as_str(self) -> &'a str {
        // SAFETY: the invariant.
        let Text { distance, len } = unsafe { self.here.read() };
        // SAFETY: the invariant.
        let start = unsafe { self.here.cast::<u8>().add(distance as usize) };
        // SAFETY: the invariant, and the block is borrowed, so nobody writes to it.
        let bytes = unsafe { std::slice::from_raw_parts(start, len as usize) };
        std::str::from_utf8(bytes).expect("it was written from a `str`")
    }
}

impl Block {
    fn text(&self) -> TextRef<'_> {
        // The pointer to the block is cast. `&raw const self.text` would be too narrow again.
        TextRef { here: (&raw const *self).cast(), block: PhantomData }
    }
}
// ANCHOR_END: part

fn main() {
    let block = Block { text: Text { distance: 8, len: 18 }, behind: *b"the cable came out\0\0" };
    println!("{}", block.text().as_str());
    println!("{} bytes behind it", block.behind.len());
}
// ANCHOR_END: all
