//! The bytes are looked at as bytes. Then they may be a reference to the struct.
//@ check-pass
// ANCHOR: all
use std::mem::offset_of;
use std::num::NonZeroU8;

// ANCHOR: part
#[repr(u8)]
#[derive(Debug)]
#[allow(dead_code)] // They come from a file.
enum Unit {
    Celsius = 0,
    Kelvin = 1,
}

#[repr(C)]
#[derive(Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Settings {
    volume: u8,
    muted: bool,
    unit: Unit,
    channels: NonZeroU8,
}

const _: () = assert!(size_of::<Settings>() == 4 && align_of::<Settings>() == 1);

fn open(file: &[u8; 4]) -> Result<&Settings, String> {
    let refuse = |field: &str, at: usize| Err(format!("`{field}` at {at} is {}", file[at]));

    let at = offset_of!(Settings, muted);
    if file[at] > 1 {
        return refuse("muted", at);
    }
    let at = offset_of!(Settings, unit);
    if !matches!(file[at], 0 | 1) {
        return refuse("unit", at);
    }
    let at = offset_of!(Settings, channels);
    if file[at] == 0 {
        return refuse("channels", at);
    }
    // SAFETY: four bytes, alignment 1, and each field that cannot be anything was looked at.
    Ok(unsafe { &*file.as_ptr().cast::<Settings>() })
}
// ANCHOR_END: part

fn main() {
    for file in [[7, 1, 0, 2], [7, 3, 0, 2], [7, 0, 9, 2], [7, 0, 1, 0]] {
        println!("{:?}", open(&file));
    }
}
// ANCHOR_END: all
