//@ revisions: twin refused
//@[twin] check-pass
//! A size of 24 here, and of 20 on some targets.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` has 24 bytes, and on other targets 20: the layout would be another one there; declare a field at the end of its largest variant, such as `_pad: [u8; 7]`
    A { _pad: [u8; 7], x: u64, y: u8, #[cfg(twin)] _end: [u8; 7] },
}
