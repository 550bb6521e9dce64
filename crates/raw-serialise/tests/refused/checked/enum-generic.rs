//@ revisions: twin refused
//@[twin] check-pass
//! A type parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad<#[cfg(refused)] T> { //~[refused] ERROR: `Checked` cannot be derived for a type with a type parameter
    #[cfg(twin)]
    A(u8),
    #[cfg(refused)]
    A(T),
}
