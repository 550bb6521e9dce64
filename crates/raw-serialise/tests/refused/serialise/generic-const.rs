//@ revisions: twin refused
//@[twin] check-pass
//! A const parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
enum Bad<#[cfg(refused)] const N: usize> { //~[refused] ERROR: `Serialise` cannot be derived for a type with a const parameter
    #[cfg(twin)]
    A([u8; 4]),
    #[cfg(refused)]
    A([u8; N]),
}
