//@ revisions: twin refused
//@[twin] check-pass
//! Padding at the end.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: 3 bytes of padding at the end of `Bad`
    a: u32,
    b: u8,
    #[cfg(twin)]
    _pad: [u8; 3],
}
