//@ revisions: twin refused
//@[twin] check-pass
//! No variant.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
enum Bad { //~[refused] ERROR: `Bad` has no variant, so no bytes are a value of it
    #[cfg(twin)]
    A,
}
