//@ revisions: twin refused
//@[twin] check-pass
//! Both forms at once: a type has one.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[cfg_attr(twin, derive(raw_serialise::Plain))]
#[cfg_attr(refused, derive(raw_serialise::Plain, Serialise))] //~[refused] ERROR: conflicting implementations of trait `Serialise` for type `Bad`
struct Bad {
    a: u32,
}
