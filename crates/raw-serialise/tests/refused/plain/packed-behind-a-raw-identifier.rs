//@ revisions: twin refused
//@[twin] check-pass
//! Packed behind a raw identifier.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[cfg_attr(refused, r#repr(packed))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` is packed
    a: u32,
    b: [u8; 4],
}
