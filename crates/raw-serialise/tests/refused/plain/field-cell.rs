//@ revisions: twin refused
//@[twin] check-pass
//! A cell: it changes behind a reference.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: core::cell::Cell<u32>, //~[refused] ERROR: Cell<u32>` is not plain data
}
