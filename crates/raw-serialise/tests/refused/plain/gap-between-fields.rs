//@ revisions: twin refused
//@[twin] check-pass
//! Padding between fields.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u8,
    #[cfg(twin)]
    _pad: [u8; 3],
    b: u32, //~[refused] ERROR: 3 bytes of padding before field `b` of `Bad`
}
