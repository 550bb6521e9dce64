//@ revisions: twin refused
//@[twin] check-pass
//! Two fields of one name in the file.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    a: u32,
    #[cfg_attr(twin, raw(name = "c"))]
    #[cfg_attr(refused, raw(name = "a"))]
    b: u32, //~[refused] ERROR: two fields are called `a` in the file
}
