//@ revisions: twin refused
//@[twin] check-pass
//! `repr(Rust)` in words.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[cfg_attr(refused, repr(Rust))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` must be `#[repr(C)]`
    a: u32,
    b: [u8; 4],
}
