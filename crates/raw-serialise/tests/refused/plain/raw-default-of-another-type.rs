//@ revisions: twin refused
//@[twin] check-pass
//! A default of another type.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg_attr(twin, raw(default = 7))]
    #[cfg_attr(refused, raw(default = "7"))] //~[refused] ERROR: mismatched types
    a: u32,
}
