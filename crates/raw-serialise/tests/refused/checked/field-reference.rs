//@ revisions: twin refused
//@[twin] check-pass
//! A reference.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: &'static bool, //~[refused] ERROR: &'static bool` cannot be checked
    //~[refused]^ ERROR: &'static bool` cannot be checked
    //~[refused]^^ ERROR: &'static bool` cannot be checked
}
