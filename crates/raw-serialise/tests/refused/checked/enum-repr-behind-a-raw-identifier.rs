//@ revisions: twin refused
//@[twin] check-pass
//! A `repr` that is not in sight.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u8))]
#[cfg_attr(refused, r#repr(u8))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` has no fixed tag
    A,
    B,
}
