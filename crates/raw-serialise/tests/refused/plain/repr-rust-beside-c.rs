//@ revisions: twin refused
//@[twin] check-pass
//! `repr(Rust)` beside `repr(C)`: the compiler refuses it.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)] //~[refused] ERROR: conflicting representation hints
#[cfg_attr(refused, repr(Rust))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u32,
    b: [u8; 4],
}
