//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive packs it.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(refused)]
extern crate becomes;

#[repr(C)]
#[derive(Clone, Copy, Plain)]
#[cfg_attr(refused, becomes::becomes(#[repr(C, packed)] struct Bad { a: u32 }))]
struct Bad { //~[refused] ERROR: `Bad` is packed
    a: u32,
}

impl core::fmt::Debug for Bad {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}
