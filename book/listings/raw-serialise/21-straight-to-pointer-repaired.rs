//! A guard owns the memory from the first moment. It never moves, and it frees what it allocated.
//@ check-pass
// ANCHOR: all
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
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

// ANCHOR: guard
/// Memory of the struct's layout. Invariant: allocated with it, initialised, and not shared.
struct Place(*mut u8);

impl Place {
    const LAYOUT: Layout = Layout::new::<ExampleData>();

    fn new() -> Self {
        // SAFETY: the struct has a size.
        let start = unsafe { alloc_zeroed(Self::LAYOUT) };
        if start.is_null() {
            handle_alloc_error(Self::LAYOUT);
        }
        Self(start)
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the invariant.
        unsafe { std::slice::from_raw_parts_mut(self.0, Self::LAYOUT.size()) }
    }

    fn into_box(self) -> Box<ExampleData> {
        let start = std::mem::ManuallyDrop::new(self).0;
        // SAFETY: the invariant, and any bytes are a value of the struct; `drop` will not run.
        unsafe { Box::from_raw(start.cast()) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // SAFETY: the invariant.
        unsafe { dealloc(self.0, Self::LAYOUT) };
    }
}

fn read_in(mut reader: impl Read) -> io::Result<Box<ExampleData>> {
    let mut place = Place::new();
    reader.read_exact(place.bytes())?;
    Ok(place.into_box())
}
// ANCHOR_END: guard

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
