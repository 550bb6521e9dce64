//@ revisions: twin refused
//@[twin] check-pass
//! No `repr`: the order is the compiler's.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` must be `#[repr(C)]` or `#[repr(transparent)]`: without it the compiler orders the fields as it likes
    a: u32,
    b: [u8; 4],
}
