//@ revisions: twin refused
//@[twin] check-pass
//! A pointer in a view that has methods.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad {
    #[cfg_attr(refused, raw(pointer))] //~[refused] ERROR: `pointer` says what the view of an enum with `#[derive(Serialise)]` holds
    a: Box<u32>,
}
