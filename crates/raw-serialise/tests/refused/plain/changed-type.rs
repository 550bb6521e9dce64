//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive changes a type.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(refused)]
extern crate becomes;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
#[cfg_attr(refused, becomes::becomes(#[repr(C)] struct Bad { a: u8, b: bool }))]
struct Bad {
    a: u8,
    b: u8, //~[refused] ERROR: mismatched types
}
