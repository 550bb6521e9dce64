//@ revisions: twin refused
//@[twin] check-pass
//! A `usize`: its width is that of the machine.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad { //~[refused] ERROR: usize` cannot be serialised
    text: String,
    #[cfg(twin)]
    a: u64,
    #[cfg(refused)]
    a: usize, //~[refused] ERROR: usize` cannot be serialised
    //~[refused]^ ERROR: usize` cannot be serialised
}
