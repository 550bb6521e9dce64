//! Looked at once, at the door: who has a handle need not look again.
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

/// A text of a block that is borrowed for `'a`.
///
/// Invariant: `here` points at a `Text`, it was made from a reference to the *whole*
/// block, the text's distance and length stay within that, and what is there is UTF-8.
#[derive(Clone, Copy)]
struct TextRef<'a> {
    here: *const Text,
    block: PhantomData<&'a Block>,
}

// ANCHOR: part
/// A handle, if all is true that it relies on.
fn open(block: &Block) -> Option<TextRef<'_>> {
    let start = (&raw const *block).cast::<u8>();
    // SAFETY: any bytes are a `u8`, and the struct has no padding.
    let bytes = unsafe { std::slice::from_raw_parts(start, size_of::<Block>()) };

    let distance = block.text.distance as usize; // The text is at 0, so this is where it begins.
    let end = distance.checked_add(block.text.len as usize)?;
    std::str::from_utf8(bytes.get(distance..end)?).ok()?;
    Some(TextRef { here: start.cast(), block: PhantomData })
}

impl<'a> TextRef<'a> {
    fn as_str(self) -> &'a str {
        // SAFETY: the invariant.
        let Text { distance, len } = unsafe { self.here.read() };
        // SAFETY: the invariant.
        let start = unsafe { self.here.cast::<u8>().add(distance as usize) };
        // SAFETY: the invariant, and the block is borrowed, so nobody writes to it.
        let bytes = unsafe { std::slice::from_raw_parts(start, len as usize) };
        // SAFETY: the invariant.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }
}
// ANCHOR_END: part

fn main() {
    for (distance, len) in [(8, 18), (8, 1800), (4096, 18), (u32::MAX, u32::MAX), (0, 8)] {
        let text = Text { distance, len };
        let block = Block { text, behind: *b"the cable came out\0\0" };
        println!("{distance}, {len}: {:?}", open(&block).map(TextRef::as_str));
    }
}
// ANCHOR_END: all
