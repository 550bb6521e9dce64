//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive makes a union of it.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(refused)]
extern crate becomes;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)] //~[refused] ERROR: functional record update syntax requires a struct
#[cfg_attr(refused, becomes::becomes(#[repr(C)] union Bad { a: u32 }))]
struct Bad { //~[refused] ERROR: union expressions should have exactly one field
    a: u32, //~[refused] ERROR: access to union field is unsafe
}
