//@ revisions: twin refused
//@[twin] check-pass
//! A `bool`: 3 is none.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u8,
    #[cfg(refused)]
    a: bool, //~[refused] ERROR: bool` is not plain data
}
