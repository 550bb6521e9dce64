//@ revisions: twin refused
//@[twin] check-pass
//! A raw pointer.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad { //~[refused] ERROR: *const u8` cannot be serialised
    text: String,
    #[cfg(twin)]
    a: u64,
    #[cfg(refused)]
    a: *const u8, //~[refused] ERROR: *const u8` cannot be serialised
    //~[refused]^ ERROR: *const u8` cannot be serialised
}
