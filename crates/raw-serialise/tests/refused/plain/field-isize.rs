//@ revisions: twin refused
//@[twin] check-pass
//! An `isize`: its width is that of the machine.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: i64,
    #[cfg(refused)]
    a: isize, //~[refused] ERROR: isize` is not plain data
}
