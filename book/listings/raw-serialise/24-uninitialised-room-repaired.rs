//! Zeroed memory handed to a reader.
//@ check-pass
// ANCHOR: all
use std::io::{self, Read};

/// Adds one to each byte that it finds. Odd, safe, and allowed.
struct Increment;

impl Read for Increment {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        for byte in &mut *room {
            let old = *byte;
            *byte = old.wrapping_add(1);
        }
        Ok(room.len())
    }
}

fn main() -> io::Result<()> {
    let mut place = Box::new(0_u64);
    // SAFETY: the eight bytes of a `u64` are initialised, and any eight bytes are one.
    let room =
        unsafe { std::slice::from_raw_parts_mut((&raw mut *place).cast::<u8>(), size_of::<u64>()) };
    Increment.read_exact(room)?;
    println!("{:?}", place.to_ne_bytes());
    Ok(())
}
// ANCHOR_END: all
