//! A reference to eight bytes, and a read behind them.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[tree] check-pass
// ANCHOR: all
// ANCHOR: part
/// A text in the same block: how far from here it begins, and its length.
#[repr(C)]
struct Text {
    distance: u32,
    len: u32,
}

impl Text {
    fn as_str(&self) -> &str {
        let here = (&raw const *self).cast::<u8>();
        let start = unsafe { here.add(self.distance as usize) };
        let bytes = unsafe { std::slice::from_raw_parts(start, self.len as usize) };
        //~[stacked]^ ERROR: that tag does not exist in the borrow stack for this location
        std::str::from_utf8(bytes).expect("it was written from a `str`")
    }
}
// ANCHOR_END: part

/// What a file holds, in memory.
#[repr(C)]
struct Block {
    text: Text,
    behind: [u8; 20],
}

fn main() {
    let block = Block { text: Text { distance: 8, len: 18 }, behind: *b"the cable came out\0\0" };
    let text: &Text = &block.text;
    println!("{}", text.as_str());
    println!("{} bytes behind it", block.behind.len());
}
// ANCHOR_END: all
