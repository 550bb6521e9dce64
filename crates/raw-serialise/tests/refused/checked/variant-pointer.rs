//@ revisions: twin refused
//@[twin] check-pass
//! A raw pointer in an enum.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(*const u8), //~[refused] ERROR: *const u8` cannot be checked
    //~[refused]^ ERROR: *const u8` cannot be checked
    //~[refused]^^ ERROR: *const u8` cannot be checked
}
