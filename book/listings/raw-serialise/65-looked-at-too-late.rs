//! First a reference to the struct, and then a look whether it is one.
// ANCHOR: all
// ANCHOR: part
#[repr(C)]
#[derive(Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Settings {
    volume: u8,
    muted: bool,
}

fn open(file: &[u8; 2]) -> Option<&Settings> {
    let settings = unsafe { &*file.as_ptr().cast::<Settings>() };
    let byte = settings.muted as u8; //~ ERROR: expected a boolean
    (byte <= 1).then_some(settings)
}
// ANCHOR_END: part

fn main() {
    println!("{:?}", open(&[7, 1]));
    println!("{:?}", open(&[7, 3]));
}
// ANCHOR_END: all
