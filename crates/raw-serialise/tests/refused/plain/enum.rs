//@ revisions: twin refused
//@[twin] check-pass
//! An enum: some bytes are none of its variants.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug)]
#[cfg_attr(twin, derive(Checked))]
#[cfg_attr(refused, derive(Plain))]
enum Bad { //~[refused] ERROR: an enum is not plain, some bytes are none of its variants: derive `Checked` for `Bad`
    A,
    B,
}
