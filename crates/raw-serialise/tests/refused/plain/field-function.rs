//@ revisions: twin refused
//@[twin] check-pass
//! A function pointer.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: fn(), //~[refused] ERROR: fn()` is not plain data
}
