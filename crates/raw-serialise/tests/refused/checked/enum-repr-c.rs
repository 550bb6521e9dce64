//@ revisions: twin refused
//@[twin] check-pass
//! `repr(C)`: the size of the tag is the target's.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u8))]
#[cfg_attr(refused, repr(C))] //~[refused] ERROR: `repr(C)` leaves the size of the tag of `Bad` to the target
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    A,
    B,
}
