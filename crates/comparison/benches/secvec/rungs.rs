//! The rungs of the book below our vector.

use ladder::{hazard, leaky};

use crate::vectors::{Get, Pop, Set, Vector};

macro_rules! rungs {
    ($($vector:ty: $name:literal, $part:literal;)*) => {$(
        impl Vector for $vector {
            const NAME: &'static str = $name;
            const PART: u64 = $part;
            type Element = u64;

            fn new() -> Self {
                Self::default()
            }

            fn push(&self, value: u64) {
                self.push(value);
            }
        }

        impl Pop for $vector {
            fn pop(&self) -> Option<u64> {
                self.pop()
            }
        }

        impl Get for $vector {
            fn get(&self, index: usize) -> Option<u64> {
                self.get(index)
            }
        }

        impl Set for $vector {
            fn set(&self, index: usize, value: u64) -> Option<u64> {
                self.set(index, value)
            }
        }
    )*};
}

rungs! {
    // It never frees what it allocates: about 70 MB in a round.
    leaky::Vector: "ladder, leaky", 8;
    hazard::Vector<u64>: "ladder, hazard", 1;
}
