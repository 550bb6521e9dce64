//! What is given out, by size class.

use core::fmt;

use crate::map::Walk;
use crate::text::{Bytes, Percent};

/// The blocks of one size, in an allocator that rounds sizes up to a few of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// The size of each, in bytes.
    pub size: usize,
    /// How many are given out.
    pub live: usize,
    /// How many are free, in memory that is set aside for this class.
    pub free: usize,
}

/// The classes of an allocator that have a block, collected without allocating, to be looked at and
/// printed when the allocator's lock is let go of.
///
/// ```
/// use std::alloc::{GlobalAlloc, Layout};
/// use allocator::{Class, Classes, SlotAllocator};
///
/// let slots = SlotAllocator::<64, 4>::new();
/// let block = unsafe { slots.alloc(Layout::new::<u8>()) };
/// let classes = Classes::of(&slots);
/// assert_eq!(classes.as_slice(), [Class { size: 64, live: 1, free: 3 }]);
/// println!("{classes}");
/// # unsafe { slots.dealloc(block, Layout::new::<u8>()) };
/// ```
#[derive(Clone, Copy)]
pub struct Classes {
    classes: [Class; Self::MOST],
    len: usize,
    left_out: usize,
}

impl Classes {
    /// How many classes there is room for.
    pub const MOST: usize = 128;

    /// The classes of `heap` with a block, live or free.
    pub fn of(heap: &(impl Walk + ?Sized)) -> Self {
        let none = Class { size: 0, live: 0, free: 0 };
        let mut this = Self { classes: [none; Self::MOST], len: 0, left_out: 0 };
        heap.for_each_class(&mut |class| {
            if class.live == 0 && class.free == 0 {
                return;
            }
            match this.classes.get_mut(this.len) {
                Some(place) => {
                    *place = class;
                    this.len += 1;
                }
                None => this.left_out += 1,
            }
        });
        this
    }

    /// The classes, in the allocator's order.
    pub fn as_slice(&self) -> &[Class] {
        &self.classes[..self.len]
    }

    /// How many more there were than [`MOST`](Self::MOST).
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl fmt::Debug for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// A table with a line for each class, without an end of line after its last.
impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10} {:>9} {:>9} {:>10} {:>8}", "size", "live", "free", "used", "full")?;
        for &Class { size, live, free } in self.as_slice() {
            let used = Bytes(size.saturating_mul(live));
            let full = Percent(live as f64 / (live as f64 + free as f64));
            write!(f, "\n{:>10} {live:>9} {free:>9} {used:>10} {full:>8}", Bytes(size))?;
        }
        if self.left_out != 0 {
            write!(f, "\nand {} classes more", self.left_out)?;
        }
        Ok(())
    }
}
