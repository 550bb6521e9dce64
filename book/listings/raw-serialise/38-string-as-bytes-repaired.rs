//! The text lies behind the record, in the same block, and the record says where.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// `time` in 8 bytes, where the text begins in 4, its length in 4; then the text.
fn write(time: u64, text: &str) -> Vec<u8> {
    let mut block = time.to_le_bytes().to_vec();
    block.extend(16_u32.to_le_bytes());
    block.extend((text.len() as u32).to_le_bytes());
    block.extend(text.as_bytes());
    block
}

fn text(block: &[u8]) -> &str {
    let start = word(block, 8);
    let len = word(block, 12);
    std::str::from_utf8(&block[start..][..len]).expect("it was written from a `str`")
}
// ANCHOR_END: part

/// The number in the four bytes at `at`.
fn word(block: &[u8], at: usize) -> usize {
    u32::from_le_bytes(*block[at..].first_chunk().expect("four bytes")) as usize
}

fn main() {
    let block = write(1_701_388_800, "the cable came out");
    println!("{} bytes: {}", block.len(), text(&block));

    // The block may lie anywhere.
    let elsewhere = block.clone();
    drop(block);
    println!("{} bytes: {}", elsewhere.len(), text(&elsewhere));
}
// ANCHOR_END: all
