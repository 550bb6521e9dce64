//! A line made in a buffer on the stack, and given to the operating system in one piece.
//@ check-pass
// ANCHOR: all
use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

// ANCHOR: line
/// A line of text that needs no allocator. What does not fit is left out.
struct Line {
    bytes: [u8; 80],
    length: usize,
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut room = &mut self.bytes[self.length..];
        let written = room.write(text.as_bytes()).map_err(|_| fmt::Error)?;
        self.length += written;
        Ok(())
    }
}

fn print(text: fmt::Arguments) {
    let mut line = Line { bytes: [0; 80], length: 0 };
    let _ = line.write_fmt(text);
    // SAFETY: 1 is standard output; `ManuallyDrop` leaves it open.
    let mut stdout = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    // An allocator must not panic: a line that cannot be written is lost.
    let _ = stdout.write_all(&line.bytes[..line.length]);
}
// ANCHOR_END: line

struct Talking;

unsafe impl GlobalAlloc for Talking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        print(format_args!("alloc {}-{}\n", layout.size(), layout.align()));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Talking = Talking;

fn main() {
    print(format_args!("main\n"));
    drop(Box::new(5));
}
// ANCHOR_END: all
