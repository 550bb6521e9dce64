//@ revisions: twin refused
//@[twin] check-pass
//! A reference in an enum.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(&'static bool), //~[refused] ERROR: &'static bool` cannot be checked
    //~[refused]^ ERROR: &'static bool` cannot be checked
    //~[refused]^^ ERROR: &'static bool` cannot be checked
}
