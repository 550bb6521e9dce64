//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive changes a tag.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg(refused)]
extern crate becomes;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)] //~[refused] ERROR: enum value has invalid tag: 0x01
#[cfg_attr(refused, becomes::becomes(#[repr(u8)] enum Bad { A, B = 2 }))]
enum Bad {
    A,
    B,
}
