//@ revisions: twin refused
//@[twin] check-pass
//! Padding between fields.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    a: bool,
    #[cfg(twin)]
    _pad: [u8; 3],
    b: char, //~[refused] ERROR: 3 bytes of padding before field `b` of `Bad`
}
