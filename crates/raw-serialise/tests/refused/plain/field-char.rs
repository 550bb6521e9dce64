//@ revisions: twin refused
//@[twin] check-pass
//! A `char`: 0xD800 is none.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: char, //~[refused] ERROR: char` is not plain data
}
