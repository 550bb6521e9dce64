//! Twenty-four bytes are accepted, whatever they are.
//@ check-pass
// ANCHOR: all
use std::fmt::Debug;

// ANCHOR: part
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Reading {
    time: u64,
    depth: f64,
    station: u32,
    salt: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Payment {
    cents: u64,
    to: u64,
    from: u64,
}
// ANCHOR_END: part

fn bytes_of(reading: &Reading) -> [u8; 24] {
    // SAFETY: both have 24 bytes, and the struct has no padding.
    unsafe { (&raw const *reading).cast::<[u8; 24]>().read() }
}

/// `T` is 24 bytes, and any bytes are a value of it.
fn read<T: Debug>(what: &str, file: &[u8]) {
    let Some(bytes) = file.first_chunk::<24>() else { return println!("{what}: too short") };
    // SAFETY: as the caller says.
    println!("{what}: {:?}", unsafe { bytes.as_ptr().cast::<T>().read_unaligned() });
}

// ANCHOR: main
fn main() {
    let reading = Reading { time: 1_701_388_810, depth: 12.5, station: 7, salt: 3.5 };
    let file = bytes_of(&reading);
    read::<Reading>("as written", &file);

    read::<Payment>("another type", &file);

    let mut swapped = file;
    for field in [0..8, 8..16, 16..20, 20..24] {
        swapped[field].reverse();
    }
    read::<Reading>("the other byte order", &swapped);

    let lines: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
    read::<Reading>("LF to CR LF", &lines.join(&b"\r\n"[..]));

    let mut flipped = file;
    flipped[14] ^= 0x40;
    read::<Reading>("one bit", &flipped);
}
// ANCHOR_END: main
// ANCHOR_END: all
