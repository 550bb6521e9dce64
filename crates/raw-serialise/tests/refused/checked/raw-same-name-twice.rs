//@ revisions: twin refused
//@[twin] check-pass
//! Two variants of one name in the file.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg_attr(refused, raw(name = "B"))]
    A,
    B, //~[refused] ERROR: two variants are called `B` in the file
}
