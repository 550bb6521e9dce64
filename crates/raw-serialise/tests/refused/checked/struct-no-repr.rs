//@ revisions: twin refused
//@[twin] check-pass
//! No `repr`: the order is the compiler's.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(C))]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad { //~[refused] ERROR: `Bad` must be `#[repr(C)]`
    a: bool,
}
