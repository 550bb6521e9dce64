//! Five bytes of text, and numbers directly behind them.
// ANCHOR: all
/// What a file holds, in memory that is aligned.
#[repr(C, align(4))]
struct Block([u8; 20]);

// ANCHOR: part
/// A text of five bytes, then two numbers.
fn write() -> Block {
    let mut block = Block([0; 20]);
    block.0[..5].copy_from_slice(b"depth");
    block.0[5..9].copy_from_slice(&1234_u32.to_ne_bytes());
    block.0[9..13].copy_from_slice(&5678_u32.to_ne_bytes());
    block
}

fn numbers(block: &Block) -> &[u32; 2] {
    let start = (&raw const block.0).cast::<u8>();
    unsafe { &*start.add(5).cast() } //~ ERROR: encountered an unaligned reference
}
// ANCHOR_END: part

fn main() {
    let block = write();
    println!("{:?}", numbers(&block));
}
// ANCHOR_END: all
