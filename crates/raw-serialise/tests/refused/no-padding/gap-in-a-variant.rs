//@ revisions: twin refused
//@[twin] check-pass
//! A gap between the tag and a field.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
enum Bad {
    A {
        #[cfg(twin)]
        _pad: [u8; 3],
        x: u32, //~[refused] ERROR: 3 bytes of padding before field `x` of `Bad::A`
    },
}
