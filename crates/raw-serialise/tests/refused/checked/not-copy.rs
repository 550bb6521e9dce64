//@ revisions: twin refused
//@[twin] check-pass
//! Not `Copy`.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[cfg_attr(twin, derive(Clone, Copy))]
#[derive(Debug, Checked)]
enum Bad { //~[refused] ERROR: the trait bound `Bad: Copy` is not satisfied
    A,
}
