//@ revisions: twin refused
//@[twin] check-pass
//! A `repr` that is not in sight.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg_attr(twin, repr(C))]
#[cfg_attr(refused, r#repr(C))]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad { //~[refused] ERROR: `Bad` must be `#[repr(C)]`
    a: u32,
    b: [u8; 4],
}
