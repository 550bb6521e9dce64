//@ revisions: twin refused
//@[twin] check-pass
//! A type parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad<#[cfg(refused)] T> { //~[refused] ERROR: `Serialise` cannot be derived for a type with a type parameter
    #[cfg(twin)]
    a: String,
    #[cfg(refused)]
    a: T,
}
