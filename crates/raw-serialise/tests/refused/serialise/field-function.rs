//@ revisions: twin refused
//@[twin] check-pass
//! A function pointer.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad { //~[refused] ERROR: fn()` cannot be serialised
    text: String,
    #[cfg(twin)]
    a: u64,
    #[cfg(refused)]
    a: fn(), //~[refused] ERROR: fn()` cannot be serialised
    //~[refused]^ ERROR: fn()` cannot be serialised
}
