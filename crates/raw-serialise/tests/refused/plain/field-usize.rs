//@ revisions: twin refused
//@[twin] check-pass
//! A `usize`: its width is that of the machine.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u64,
    #[cfg(refused)]
    a: usize, //~[refused] ERROR: usize` is not plain data
}
