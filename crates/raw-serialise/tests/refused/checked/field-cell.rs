//@ revisions: twin refused
//@[twin] check-pass
//! A cell: it changes behind a reference.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: core::cell::Cell<bool>, //~[refused] ERROR: Cell<bool>` cannot be checked
    //~[refused]^ ERROR: Cell<bool>` cannot be checked
    //~[refused]^^ ERROR: Cell<bool>` cannot be checked
}
