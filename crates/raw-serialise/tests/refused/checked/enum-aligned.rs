//@ revisions: twin refused
//@[twin] check-pass
//! `repr(u8, align(2))`, as it fooled zerocopy: one byte of padding in each value.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u8))]
#[cfg_attr(refused, repr(u8, align(2)))] //~[refused] ERROR: `Bad` has an alignment of its own, whose bytes would be padding: remove `align`
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    A,
    B,
}
