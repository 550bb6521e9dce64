//@ revisions: twin refused
//@[twin] check-pass
//! A raw pointer.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: *const u8, //~[refused] ERROR: *const u8` cannot be checked
    //~[refused]^ ERROR: *const u8` cannot be checked
    //~[refused]^^ ERROR: *const u8` cannot be checked
}
