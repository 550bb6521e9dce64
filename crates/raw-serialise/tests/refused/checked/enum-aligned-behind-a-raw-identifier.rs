//@ revisions: twin refused
//@[twin] check-pass
//! An alignment that is not in sight: the size gives it away.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[cfg_attr(refused, r#repr(align(2)))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` is aligned to 2 bytes, and what is in it to 1
    A,
    B,
}
