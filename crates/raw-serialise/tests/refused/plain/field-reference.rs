//@ revisions: twin refused
//@[twin] check-pass
//! A reference: an address means nothing to the next program.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: &'static u32, //~[refused] ERROR: &'static u32` is not plain data
}
