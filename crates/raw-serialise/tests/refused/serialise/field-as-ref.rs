//@ revisions: twin refused
//@[twin] check-pass
//! A field that would hide a method of the view.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad {
    #[cfg_attr(twin, raw(name = "as_ref"))]
    #[cfg(twin)]
    a: u32,
    #[cfg(refused)]
    as_ref: u32, //~[refused] ERROR: a field called `as_ref` would hide the method of `BadMut`
}
