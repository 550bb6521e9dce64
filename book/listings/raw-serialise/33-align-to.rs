//! A view of bytes that came in a vector of bytes: which ones it shows is luck.
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

// ANCHOR: part
fn view(bytes: &[u8]) -> &[ExampleData] {
    // SAFETY: any bytes are a value of the struct.
    let (before, records, behind) = unsafe { bytes.align_to::<ExampleData>() };
    println!("{} bytes, {} records, {} bytes", before.len(), records.len(), behind.len());
    records
}

fn main() {
    let file: Vec<u8> = (0..240).collect(); // Ten of them.
    if let Some(first) = view(&file).first() {
        println!("the first is {:?}, ..", first.b.to_ne_bytes());
    }
}
// ANCHOR_END: part
// ANCHOR_END: all
