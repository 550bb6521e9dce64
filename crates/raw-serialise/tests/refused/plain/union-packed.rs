//@ revisions: twin refused
//@[twin] check-pass
//! A packed union.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[cfg(twin)]
#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u32,
    b: [u8; 4],
}

#[cfg(refused)]
#[repr(C, packed)]
#[derive(Clone, Copy, Plain)]
union Bad { //~[refused] ERROR: `Plain` cannot be derived for a union: a value may leave bytes of its larger fields uninitialised
    a: u32,
    b: [u8; 4],
}
