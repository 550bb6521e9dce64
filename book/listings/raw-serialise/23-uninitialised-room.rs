//! Fresh memory handed to a reader: a safe one may look at it.
// ANCHOR: all
use std::alloc::{Layout, alloc, dealloc};
use std::io::{self, Read};

/// Adds one to each byte that it finds. Odd, safe, and allowed.
struct Increment;

impl Read for Increment {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        for byte in &mut *room {
            let old = *byte; //~ ERROR: memory is uninitialized
            *byte = old.wrapping_add(1);
        }
        Ok(room.len())
    }
}

fn main() -> io::Result<()> {
    let layout = Layout::new::<u64>();
    let place = unsafe { alloc(layout) };
    let room = unsafe { std::slice::from_raw_parts_mut(place, layout.size()) };
    Increment.read_exact(room)?;
    println!("{room:?}");
    unsafe { dealloc(place, layout) };
    Ok(())
}
// ANCHOR_END: all
