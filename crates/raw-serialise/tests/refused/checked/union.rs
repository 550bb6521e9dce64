//@ revisions: twin refused
//@[twin] check-pass
//! A union.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg(twin)]
#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    a: u32,
}

#[cfg(refused)]
#[repr(C)]
#[derive(Clone, Copy, Checked)]
union Bad { //~[refused] ERROR: `Checked` cannot be derived for a union
    a: u32,
}
