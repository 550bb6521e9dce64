//@ revisions: twin refused
//@[twin] check-pass
//! Data on the heap.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad { //~[refused] ERROR: the trait `Copy` cannot be implemented
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: String, //~[refused] ERROR: String` cannot be checked
    //~[refused]^ ERROR: String` cannot be checked
    //~[refused]^^ ERROR: String` cannot be checked
}
