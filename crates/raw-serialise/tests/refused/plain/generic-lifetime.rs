//@ revisions: twin refused
//@[twin] check-pass
//! A lifetime parameter.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad<#[cfg(refused)] 'a> { //~[refused] ERROR: `Plain` cannot be derived for a type with a lifetime parameter
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    a: &'a u32,
}
