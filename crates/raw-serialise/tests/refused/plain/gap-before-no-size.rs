//@ revisions: twin refused
//@[twin] check-pass
//! Padding before a field of no size.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u8,
    #[cfg(twin)]
    b: [u8; 0],
    #[cfg(refused)]
    b: [u32; 0], //~[refused] ERROR: 3 bytes of padding before field `b` of `Bad`
}
