//@ revisions: twin refused
//@[twin] check-pass
//! A struct that is not plain itself.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[cfg_attr(twin, derive(Plain))]
struct Inner {
    a: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: Inner, //~[refused] ERROR: `Inner` is not plain data
}
