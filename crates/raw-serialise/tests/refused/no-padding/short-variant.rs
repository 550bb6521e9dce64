//@ revisions: twin refused
//@[twin] check-pass
//! A variant that leaves bytes of the size.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
enum Bad {
    A(u8, u8),
    B { x: u8, #[cfg(twin)] y: u8 }, //~[refused] ERROR: 1 byte of padding at the end of `Bad::B`
}
