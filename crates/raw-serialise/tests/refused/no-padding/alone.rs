//@ revisions: twin refused
//@[twin] check-pass
//! Without `Checked` it promises nothing.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[repr(u8)]
#[derive(Clone, Copy, Debug, NoPadding)]
#[cfg_attr(twin, derive(Checked))]
enum Bad { //~[refused] ERROR: the bytes of `Bad` cannot be checked
    A,
}
