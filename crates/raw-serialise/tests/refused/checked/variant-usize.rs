//@ revisions: twin refused
//@[twin] check-pass
//! A `usize` in an enum.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(usize), //~[refused] ERROR: usize` cannot be checked
    //~[refused]^ ERROR: usize` cannot be checked
    //~[refused]^^ ERROR: usize` cannot be checked
}
