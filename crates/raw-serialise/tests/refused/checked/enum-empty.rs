//@ revisions: twin refused
//@[twin] check-pass
//! No variant.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[cfg_attr(twin, repr(u8))]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad { //~[refused] ERROR: `Bad` has no variant, so no bytes are a value of it
    #[cfg(twin)]
    A,
}
