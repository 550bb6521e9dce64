//@ revisions: twin refused
//@[twin] check-pass
//! Not `Copy`.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[cfg_attr(twin, derive(Clone, Copy))]
#[derive(Debug, Plain)]
struct Bad { //~[refused] ERROR: the trait bound `Bad: Copy` is not satisfied
    //~[refused]^ ERROR: the trait bound `Bad: Copy` is not satisfied
    //~[refused]^^ ERROR: the trait bound `Bad: Copy` is not satisfied
    a: u32,
}
