//@ revisions: twin refused
//@[twin] check-pass
//! Packed: a field lies where no other target would put it.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[cfg_attr(refused, repr(C, packed))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u8,
    #[cfg(twin)]
    _pad: [u8; 3],
    b: u32, //~[refused] ERROR: field `b` of `Bad` begins at byte 1, which is no multiple of 4: the layout would be another one on other targets; declare a field before it, such as `_pad: [u8; 3]`
}
