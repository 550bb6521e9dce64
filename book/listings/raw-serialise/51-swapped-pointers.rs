//! Two relative pointers change places, in safe code, and each takes its distance along.
// ANCHOR: all
/// A text in the same block: how far from here it begins, and its length.
#[repr(C)]
struct Text {
    distance: u32,
    len: u32,
}

/// What a file holds, in memory. Invariant: both distances and lengths stay within it.
#[repr(C)]
struct Block {
    texts: [Text; 2],
    behind: [u8; 24],
}

// ANCHOR: part
impl Block {
    fn texts_mut(&mut self) -> &mut [Text; 2] {
        &mut self.texts
    }

    fn text(&self, index: usize) -> &str {
        let start = (&raw const *self).cast::<u8>();
        let here = index * size_of::<Text>();
        let Text { distance, len } = self.texts[index];
        let text = unsafe { start.add(here + distance as usize) };
        let bytes = unsafe { std::slice::from_raw_parts(text, len as usize) };
        //~^ ERROR: going beyond the bounds of its allocation
        std::str::from_utf8(bytes).expect("it was checked")
    }
}

fn main() {
    let first = Text { distance: 16, len: 18 };
    let second = Text { distance: 26, len: 4 };
    let mut block = Block { texts: [first, second], behind: *b"the cable came outgone\0\0" };
    println!("{}, {}", block.text(0), block.text(1));

    block.texts_mut().swap(0, 1);
    println!("{}", block.text(0));
    println!("{}", block.text(1));
}
// ANCHOR_END: part
// ANCHOR_END: all
