//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive changes the order.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(refused)]
extern crate becomes;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
#[cfg_attr(refused, becomes::becomes(#[repr(C)] struct Bad { b: u32, a: u32 }))]
struct Bad {
    a: u32, //~[refused] ERROR: 4 bytes of padding before field `a` of `Bad`
    b: u32,
}
