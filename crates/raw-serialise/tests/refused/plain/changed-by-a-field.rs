//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive adds a field.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(refused)]
extern crate becomes;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)] //~[refused] ERROR: pattern requires `..` due to inaccessible fields
#[cfg_attr(refused, becomes::becomes(#[repr(C)] struct Bad { a: u32, b: () }))]
struct Bad {
    a: u32,
}
