//@ revisions: twin refused
//@[twin] check-pass
//! The bytes of a value that may have padding.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
#[cfg_attr(twin, derive(raw_serialise::NoPadding))]
enum Bad {
    A(u8),
    B(u8),
}

fn bytes(value: &Bad) -> &[u8] {
    raw_serialise::as_bytes(value) //~[refused] ERROR: `Bad` may have bytes of padding
}
