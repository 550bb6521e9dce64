//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive changes a type.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg(refused)]
extern crate becomes;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)] //~[refused] ERROR: mismatched types
//~[refused]^ ERROR: mismatched types
#[cfg_attr(refused, becomes::becomes(#[repr(u8)] enum Bad { A(bool), B }))]
enum Bad {
    A(u8),
    B,
}
