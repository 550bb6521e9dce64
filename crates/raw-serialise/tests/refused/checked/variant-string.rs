//@ revisions: twin refused
//@[twin] check-pass
//! Data on the heap in an enum.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(String), //~[refused] ERROR: String` cannot be checked
    //~[refused]^ ERROR: String` cannot be checked
    //~[refused]^^ ERROR: String` cannot be checked
}
