//! The same function, and an input that is too short.
// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};
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

fn read_in(mut reader: impl Read) -> io::Result<Option<ExampleData>> {
    const LAYOUT: Layout = Layout::new::<ExampleData>();
    let mut place = unsafe { alloc(LAYOUT) };
    let mut filled = 0;
    let mut part = [0; 32];
    while filled < LAYOUT.size() {
        let n = reader.read(&mut part)?.min(LAYOUT.size() - filled);
        if n == 0 {
            unsafe { dealloc(place, LAYOUT) }; //~ ERROR: deallocating
            return Ok(None);
        }
        for byte in &part[..n] {
            unsafe { place.write(*byte) };
            place = unsafe { place.add(1) };
        }
        filled += n;
    }
    let start = unsafe { place.sub(LAYOUT.size()) };
    Ok(Some(*unsafe { Box::from_raw(start.cast()) }))
}

fn main() {
    println!("{:?}", read_in(&[255; 24][..]));
    println!("{:?}", read_in(&[255; 10][..]));
}
// ANCHOR_END: all
