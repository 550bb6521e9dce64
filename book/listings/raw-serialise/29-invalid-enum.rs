//! An enum from a file written by a later version, which has one variant more.
// ANCHOR: all
#[repr(u8)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // Made from bytes only.
enum Unit {
    Celsius = 0,
    Kelvin = 1,
}

fn main() {
    let file = [2_u8];
    let unit = unsafe { *file.as_ptr().cast::<Unit>() }; //~ ERROR: expected a valid enum tag
    println!("{unit:?}");
}
// ANCHOR_END: all
