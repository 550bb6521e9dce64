//! Aligned values are found in any bytes, and they need not be the ones that were written.
//@ check-pass
// ANCHOR: all
#[repr(C)]
#[allow(dead_code)] // Only `b` is looked at.
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

/// What a file was read into. It is aligned.
#[repr(align(8))]
struct Memory([u8; 246]);

// ANCHOR: part
fn view(bytes: &[u8]) -> &[ExampleData] {
    // SAFETY: any bytes are a value of the struct.
    let (before, records, behind) = unsafe { bytes.align_to::<ExampleData>() };
    println!("{} bytes, {} records, {} bytes", before.len(), records.len(), behind.len());
    records
}

fn main() {
    let mut memory = Memory([0; 246]);
    memory.0[..6].copy_from_slice(b"header");
    for (byte, value) in memory.0[6..].iter_mut().zip(0..) {
        *byte = value; // Ten records.
    }
    if let Some(first) = view(&memory.0[6..]).first() {
        println!("the first is {:?}, ..", first.b.to_ne_bytes());
    }
}
// ANCHOR_END: part
// ANCHOR_END: all
