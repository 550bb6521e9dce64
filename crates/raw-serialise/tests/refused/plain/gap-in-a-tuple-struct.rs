//@ revisions: twin refused
//@[twin] check-pass
//! Padding in a tuple struct.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad(u8, #[cfg(twin)] u8, u16); //~[refused] ERROR: 1 byte of padding before field `1` of `Bad`
