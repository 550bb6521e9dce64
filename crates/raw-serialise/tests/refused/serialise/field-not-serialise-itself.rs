//@ revisions: twin refused
//@[twin] check-pass
//! A struct that is not `Serialise` itself.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug)]
#[cfg_attr(twin, derive(Serialise))]
struct Inner {
    a: u32,
}

#[derive(Debug, Serialise)] //~[refused] ERROR: `Inner` cannot be serialised
enum Bad {
    A(Vec<Inner>), //~[refused] ERROR: `Inner` cannot be serialised
    //~[refused]^ ERROR: `Inner` cannot be serialised
}
