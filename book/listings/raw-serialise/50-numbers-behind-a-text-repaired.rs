//! The place is rounded up to the alignment, and the gap is zeroes: written so, and checked.
//@ check-pass
// ANCHOR: all
/// What a file holds, in memory that is aligned.
#[repr(C, align(4))]
struct Block([u8; 20]);

// ANCHOR: part
/// A text of five bytes, a gap, then two numbers.
fn write() -> Block {
    let mut block = Block([0; 20]);
    block.0[..5].copy_from_slice(b"depth");
    let at = 5_usize.next_multiple_of(align_of::<u32>());
    block.0[at..][..4].copy_from_slice(&1234_u32.to_ne_bytes());
    block.0[at + 4..][..4].copy_from_slice(&5678_u32.to_ne_bytes());
    block
}

fn numbers(block: &Block) -> Result<&[u32; 2], String> {
    let at = 5_usize.next_multiple_of(align_of::<u32>());
    if let Some(gap) = block.0[5..at].iter().position(|&byte| byte != 0) {
        return Err(format!("byte {} of a gap is not zero", 5 + gap));
    }
    let start = (&raw const block.0).cast::<u8>();
    // SAFETY: the block is aligned to four bytes and so is `at`, eight bytes from there
    // are in the block, and any bytes are two numbers.
    Ok(unsafe { &*start.add(at).cast() })
}
// ANCHOR_END: part

fn main() {
    let mut block = write();
    println!("{:?}", numbers(&block));
    block.0[6] = 1;
    println!("{:?}", numbers(&block));
}
// ANCHOR_END: all
