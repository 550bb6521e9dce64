//@ revisions: twin refused
//@[twin] check-pass
//! A `NonZero`: 0 is none.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: core::num::NonZero<u32>, //~[refused] ERROR: NonZero<u32>` is not plain data
}
