//! A flag from a file, which says 3.
// ANCHOR: all
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Settings {
    volume: u8,
    muted: bool,
}

fn main() {
    let file = [7_u8, 3];
    let pointer = file.as_ptr().cast::<Settings>();
    let settings = unsafe { *pointer }; //~ ERROR: expected a boolean
    println!("{settings:?}");
}
// ANCHOR_END: all
