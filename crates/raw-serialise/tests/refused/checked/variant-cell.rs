//@ revisions: twin refused
//@[twin] check-pass
//! A cell: it changes behind a reference.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(core::cell::Cell<bool>), //~[refused] ERROR: Cell<bool>` cannot be checked
    //~[refused]^ ERROR: Cell<bool>` cannot be checked
    //~[refused]^^ ERROR: Cell<bool>` cannot be checked
}
