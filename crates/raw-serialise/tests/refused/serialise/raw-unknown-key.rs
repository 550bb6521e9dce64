//@ revisions: twin refused
//@[twin] check-pass
//! An attribute that nobody knows.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
#[cfg_attr(twin, raw(name = "good"))]
#[cfg_attr(refused, raw(nmae = "good"))] //~[refused] ERROR: `nmae` is nothing that `#[raw(..)]` knows here: there is `name = ".."`
struct Bad {
    a: u32,
}
