//@ revisions: twin refused
//@[twin] check-pass
//! A variant without fields beside one with.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
enum Bad {
    #[cfg(twin)]
    A(u8),
    #[cfg(refused)]
    A, //~[refused] ERROR: 1 byte of padding at the end of `Bad::A`
    B(u8),
}
