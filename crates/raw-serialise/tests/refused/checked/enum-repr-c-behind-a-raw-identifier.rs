//@ revisions: twin refused
//@[twin] check-pass
//! `repr(C)` that is not in sight: where the fields lie gives it away.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[cfg_attr(refused, r#repr(C))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    A(u8, u16), //~[refused] ERROR: field `0` of `Bad::A` begins at byte 2
    B,
}
