//@ revisions: twin refused
//@[twin] check-pass
//! A cell.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad { //~[refused] ERROR: Cell<u64>` cannot be serialised
    text: String,
    #[cfg(twin)]
    a: u64,
    #[cfg(refused)]
    a: core::cell::Cell<u64>, //~[refused] ERROR: Cell<u64>` cannot be serialised
    //~[refused]^ ERROR: Cell<u64>` cannot be serialised
}
