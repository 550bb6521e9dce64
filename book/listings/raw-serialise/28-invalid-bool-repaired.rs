//! What may be anything in the file is a byte here, until it was looked at.
//@ check-pass
// ANCHOR: all
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Settings {
    volume: u8,
    muted: u8,
}

impl Settings {
    fn muted(self) -> Option<bool> {
        match self.muted {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

fn main() {
    let file = [7_u8, 3];
    let pointer = file.as_ptr().cast::<Settings>();
    // SAFETY: two bytes, alignment 1, and any two bytes are a value.
    let settings = unsafe { *pointer };
    println!("{settings:?} {:?}", settings.muted());
}
// ANCHOR_END: all
