//@ revisions: twin refused
//@[twin] check-pass
//! Memory that may be uninitialised.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: core::mem::MaybeUninit<u32>, //~[refused] ERROR: MaybeUninit<u32>` is not plain data
}
