//! What a pointer leads to may be changed. The pointer itself is never handed out.
//@ check-pass
// ANCHOR: all
/// A text in the same block: how far from here it begins, and its length.
#[repr(C)]
struct Text {
    distance: u32,
    len: u32,
}

/// What a file holds, in memory. Invariant: both distances and lengths stay within it,
/// and what is there is text.
#[repr(C)]
struct Block {
    texts: [Text; 2],
    behind: [u8; 24],
}

// ANCHOR: part
impl Block {
    fn text(&self, index: usize) -> &str {
        let start = (&raw const *self).cast::<u8>();
        let here = index * size_of::<Text>();
        let Text { distance, len } = self.texts[index];
        // SAFETY: the invariant, and the pointer is to the whole block.
        let text = unsafe { start.add(here + distance as usize) };
        // SAFETY: as above, and the block is borrowed.
        let bytes = unsafe { std::slice::from_raw_parts(text, len as usize) };
        std::str::from_utf8(bytes).expect("it was checked")
    }

    /// A `&mut str` has no safe method that changes its length, or makes it
    /// anything but text.
    fn text_mut(&mut self, index: usize) -> &mut str {
        let start = (&raw mut *self).cast::<u8>();
        let here = index * size_of::<Text>();
        let Text { distance, len } = self.texts[index];
        // SAFETY: the invariant, and the pointer is to the whole block.
        let text = unsafe { start.add(here + distance as usize) };
        // SAFETY: as above, and the block is borrowed mutably.
        let bytes = unsafe { std::slice::from_raw_parts_mut(text, len as usize) };
        std::str::from_utf8_mut(bytes).expect("it was checked")
    }
}

fn main() {
    let first = Text { distance: 16, len: 18 };
    let second = Text { distance: 26, len: 4 };
    let mut block = Block { texts: [first, second], behind: *b"the cable came outgone\0\0" };
    block.text_mut(1).make_ascii_uppercase();
    println!("{}, {}", block.text(0), block.text(1));
}
// ANCHOR_END: part
// ANCHOR_END: all
