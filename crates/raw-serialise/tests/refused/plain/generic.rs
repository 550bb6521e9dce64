//@ revisions: twin refused
//@[twin] check-pass
//! A type parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad<#[cfg(refused)] T> { //~[refused] ERROR: `Plain` cannot be derived for a type with a type parameter
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: T,
}
