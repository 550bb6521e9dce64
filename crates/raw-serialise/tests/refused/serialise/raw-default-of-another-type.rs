//@ revisions: twin refused
//@[twin] check-pass
//! A default of another type.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad {
    #[cfg_attr(twin, raw(default = "x".to_owned()))]
    #[cfg_attr(refused, raw(default = 7))] //~[refused] ERROR: mismatched types
    a: String,
}
