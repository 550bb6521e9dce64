//@ revisions: twin refused
//@[twin] check-pass
//! `repr(usize)`: the width is that of the machine.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u64))]
#[cfg_attr(refused, repr(usize))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` has no fixed tag
    A,
    B,
}
