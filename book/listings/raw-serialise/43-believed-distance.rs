//! The file says how far away the text is, and is believed.
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
#[derive(Clone, Copy)]
struct TextRef<'a> {
    here: *const Text,
    block: PhantomData<&'a Block>,
}

// ANCHOR: part
impl<'a> TextRef<'a> {
    fn as_str(self) -> &'a str {
        let Text { distance, len } = unsafe { self.here.read() };
        let start = unsafe { self.here.cast::<u8>().add(distance as usize) };
        let bytes = unsafe { std::slice::from_raw_parts(start, len as usize) };
        //~^ ERROR: going beyond the bounds of its allocation
        std::str::from_utf8(bytes).expect("it was written from a `str`")
    }
}

fn main() {
    let text = Text { distance: 8, len: 1800 };
    let block = Block { text, behind: *b"the cable came out\0\0" };
    let text = TextRef { here: (&raw const block).cast(), block: PhantomData };
    println!("{}", text.as_str());
}
// ANCHOR_END: part
// ANCHOR_END: all
