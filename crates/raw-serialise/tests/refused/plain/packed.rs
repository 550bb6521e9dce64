//@ revisions: twin refused
//@[twin] check-pass
//! Packed: the padding is gone, and so is the alignment.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[cfg_attr(refused, repr(C, packed))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` is packed
    a: u32,
    b: [u8; 4],
}
