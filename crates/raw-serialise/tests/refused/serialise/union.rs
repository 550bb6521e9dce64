//@ revisions: twin refused
//@[twin] check-pass
//! A union.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[cfg(twin)]
#[derive(Debug, Serialise)]
struct Bad {
    a: u32,
}

#[cfg(refused)]
#[derive(Clone, Copy, Serialise)]
union Bad { //~[refused] ERROR: `Serialise` cannot be derived for a union
    a: u32,
}
