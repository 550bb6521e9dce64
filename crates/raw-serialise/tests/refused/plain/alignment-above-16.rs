//@ revisions: twin refused
//@[twin] check-pass
//! An alignment that stored data does not have.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C, align(16)))]
#[cfg_attr(refused, repr(C, align(32)))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad([u8; 32]); //~[refused] ERROR: `Bad` is aligned to 32 bytes, and stored data to 16 at most
