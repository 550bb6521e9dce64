//@ revisions: twin refused
//@[twin] check-pass
//! A tuple: the compiler lays it out as it likes.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: [u32; 2],
    #[cfg(refused)]
    a: (u32, u32), //~[refused] ERROR: (u32, u32)` is not plain data
}
