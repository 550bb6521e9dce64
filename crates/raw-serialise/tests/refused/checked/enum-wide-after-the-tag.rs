//@ revisions: twin refused
//@[twin] check-pass
//! A `u64` behind a small tag: at 8 here, at 4 on some targets.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    A {
        #[cfg(twin)]
        _pad: [u8; 7],
        x: u64, //~[refused] ERROR: field `x` of `Bad::A` begins at byte 8, and on other targets at 4: the layout would be another one there; declare a field before it, such as `_pad: [u8; 7]`
    },
    B,
}
