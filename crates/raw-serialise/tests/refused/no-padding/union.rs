//@ revisions: twin refused
//@[twin] check-pass
//! A union.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[cfg(twin)]
#[repr(C)]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
struct Bad {
    a: u32,
}

#[cfg(refused)]
#[repr(C)]
#[derive(Clone, Copy, NoPadding)]
union Bad { //~[refused] ERROR: `NoPadding` cannot be derived for a union
    a: u32,
}
