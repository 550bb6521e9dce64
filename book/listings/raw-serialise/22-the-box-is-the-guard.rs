//! Zeroes are a value of the struct: so the box can own the memory before anything is read.
//@ check-pass
// ANCHOR: all
use std::io::{self, Read};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

fn bytes_of_mut(value: &mut ExampleData) -> &mut [u8] {
    // SAFETY: no padding, so all bytes are initialised; any bytes that are written are a value.
    unsafe { std::slice::from_raw_parts_mut((&raw mut *value).cast(), size_of::<ExampleData>()) }
}

// ANCHOR: read
fn read_in(mut reader: impl Read) -> io::Result<Box<ExampleData>> {
    let mut data = Box::new(ExampleData { b: 0, d: 0, a: 0, c: [0; 7], _pad: [0; 4] });
    reader.read_exact(bytes_of_mut(&mut data))?;
    Ok(data)
}
// ANCHOR_END: read

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the cable came out"))
    }
}

fn main() {
    println!("{:?}", read_in(&[255; 24][..]));
    println!("{:?}", read_in(&[255; 10][..]));
    println!("{:?}", read_in(Broken));
}
// ANCHOR_END: all
