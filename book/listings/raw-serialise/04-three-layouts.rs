//! The same four fields under three `repr`s.
//@ check-pass
// ANCHOR: all
#![allow(dead_code)] // Only the layouts are of interest.
use std::mem::offset_of;

struct Rust {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

#[repr(C)]
struct C {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

#[repr(C, packed)]
struct Packed {
    a: u8,
    b: u64,
    c: [u8; 7],
    d: u32,
}

fn print(name: &str, [a, b, c, d]: [usize; 4], size: usize, align: usize) {
    println!("{name:<6}  a at {a:2}, b at {b:2}, c at {c:2}, d at {d:2}");
    println!("        {size} bytes, {} of them padding, alignment {align}", size - 20);
}

fn main() {
    let rust = [offset_of!(Rust, a), offset_of!(Rust, b), offset_of!(Rust, c), offset_of!(Rust, d)];
    let c = [offset_of!(C, a), offset_of!(C, b), offset_of!(C, c), offset_of!(C, d)];
    let packed = [
        offset_of!(Packed, a),
        offset_of!(Packed, b),
        offset_of!(Packed, c),
        offset_of!(Packed, d),
    ];
    print("Rust", rust, size_of::<Rust>(), align_of::<Rust>());
    print("C", c, size_of::<C>(), align_of::<C>());
    print("Packed", packed, size_of::<Packed>(), align_of::<Packed>());
}
// ANCHOR_END: all
