//@ revisions: twin refused
//@[twin] check-pass
//! Packed without `repr(C)`: packing says nothing of the order.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[cfg_attr(refused, repr(packed))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` must be `#[repr(C)]`
    a: u8,
    b: [u8; 4],
}
