//@ revisions: twin refused
//@[twin] check-pass
//@ aux-build: ../auxiliary/becomes.rs
//! An attribute below the derive takes the `repr` away: the place of the tag gives it away.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg(refused)]
extern crate becomes;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)] //~[refused] ERROR: the tag of `Bad::B` is not the first thing in it
#[cfg_attr(refused, becomes::becomes(enum Bad { A(bool), B }))]
enum Bad {
    A(bool), //~[refused] ERROR: field `0` of `Bad::A` is not laid out where it is declared
    B,
}
