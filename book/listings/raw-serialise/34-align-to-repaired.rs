//! Memory of the right alignment first, then the file into it, and the records at a multiple.
//@ check-pass
// ANCHOR: all
use std::io::{self, Read};

#[repr(C)]
#[allow(dead_code)] // Only `b` is looked at.
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

// Memory for `u64`s is aligned for the struct.
const _: () = assert!(align_of::<ExampleData>() <= align_of::<u64>());

// ANCHOR: part
fn read_all(mut reader: impl Read, len: usize) -> io::Result<Vec<u64>> {
    let mut words = vec![0_u64; len.div_ceil(8)];
    // SAFETY: any bytes are a `u64`, and any `u64` is bytes.
    let (before, bytes, _) = unsafe { words.align_to_mut::<u8>() };
    assert!(before.is_empty()); // A byte is aligned anywhere.
    reader.read_exact(&mut bytes[..len])?;
    Ok(words)
}

fn view(words: &[u64]) -> &[ExampleData] {
    let count = size_of_val(words) / size_of::<ExampleData>();
    // SAFETY: the words are aligned for the struct and have room for `count` of it, and
    // any bytes are a value of it.
    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), count) }
}

fn main() -> io::Result<()> {
    let mut file = b"header, ".to_vec();
    file.extend(0..240); // Ten records.
    let words = read_all(&file[..], file.len())?;
    let records = view(&words[1..]); // Behind the first eight bytes.
    println!("{} records", records.len());
    if let Some(first) = records.first() {
        println!("the first is {:?}, ..", first.b.to_ne_bytes());
    }
    Ok(())
}
// ANCHOR_END: part
// ANCHOR_END: all
