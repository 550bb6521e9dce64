//@ revisions: twin refused
//@[twin] check-pass
//! An alignment behind `cfg_attr`.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[cfg_attr(refused, cfg_attr(all(), repr(align(2))))] //~[refused] ERROR: `Bad` has an alignment of its own
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    A,
    B,
}
