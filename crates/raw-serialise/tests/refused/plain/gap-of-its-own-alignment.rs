//@ revisions: twin refused
//@[twin] check-pass
//! Padding from an alignment of its own.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C, align(8)))]
#[cfg_attr(refused, repr(C, align(16)))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: 8 bytes of padding at the end of `Bad`
    a: u32,
    b: [u8; 4],
}
