//@ revisions: twin refused
//@[twin] check-pass
//! A const parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad<#[cfg(refused)] const N: usize> { //~[refused] ERROR: `Plain` cannot be derived for a type with a const parameter
    #[cfg(twin)]
    a: [u8; 4],
    #[cfg(refused)]
    a: [u8; N],
}
