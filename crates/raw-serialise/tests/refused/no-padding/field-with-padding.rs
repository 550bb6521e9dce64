//@ revisions: twin refused
//@[twin] check-pass
//! A field that has padding itself.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
#[cfg_attr(twin, derive(NoPadding))]
enum Inner {
    A(u8),
    #[cfg(refused)]
    B,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
struct Bad {
    a: Inner, //~[refused] ERROR: `Inner` may have bytes of padding
}
