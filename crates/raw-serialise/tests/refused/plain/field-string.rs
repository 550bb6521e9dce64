//@ revisions: twin refused
//@[twin] check-pass
//! Data on the heap.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: String, //~[refused] ERROR: String` is not plain data
}
