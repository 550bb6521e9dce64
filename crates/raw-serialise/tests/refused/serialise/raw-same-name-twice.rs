//@ revisions: twin refused
//@[twin] check-pass
//! Two fields of one name in the file.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad {
    a: u32,
    #[cfg_attr(refused, raw(name = "a"))]
    b: String, //~[refused] ERROR: two fields are called `a` in the file
}
