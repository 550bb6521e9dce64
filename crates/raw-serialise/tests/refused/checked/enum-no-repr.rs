//@ revisions: twin refused
//@[twin] check-pass
//! No `repr`: the tag is the compiler's.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u8))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` has no fixed tag: give it `#[repr(u8)]`
    A,
    B,
}
