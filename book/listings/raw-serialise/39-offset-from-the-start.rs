//! Two blocks become one, and the offsets of the second are those of the first.
//@ check-pass
// ANCHOR: all
/// Where the text begins in 4 bytes, counted from the start of the block, and its
/// length in 4.
fn write(text: &str) -> Vec<u8> {
    let mut block = 8_u32.to_le_bytes().to_vec();
    block.extend((text.len() as u32).to_le_bytes());
    block.extend(text.as_bytes());
    block
}

/// The text whose offset and length are at `at`.
fn text(block: &[u8], at: usize) -> &str {
    let start = word(block, at);
    let len = word(block, at + 4);
    std::str::from_utf8(&block[start..][..len]).expect("it was written from a `str`")
}

/// The number in the four bytes at `at`.
fn word(block: &[u8], at: usize) -> usize {
    u32::from_le_bytes(*block[at..].first_chunk().expect("four bytes")) as usize
}

fn main() {
    let mut block = write("the cable came out");
    let second = block.len();
    block.extend(write("all is well"));
    println!("{}", text(&block, 0));
    println!("{}", text(&block, second));
}
// ANCHOR_END: all
