//@ revisions: twin refused
//@[twin] check-pass
//! A `usize`.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: usize, //~[refused] ERROR: usize` cannot be checked
    //~[refused]^ ERROR: usize` cannot be checked
    //~[refused]^^ ERROR: usize` cannot be checked
}
