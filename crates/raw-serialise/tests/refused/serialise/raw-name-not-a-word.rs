//@ revisions: twin refused
//@[twin] check-pass
//! A name that the description of a layout cannot hold.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Serialise;

#[derive(Debug, Serialise)]
struct Bad {
    #[cfg_attr(twin, raw(name = "how_often"))]
    #[cfg_attr(refused, raw(name = "how often"))] //~[refused] ERROR: a name in the file is made of letters, digits and `_`
    a: u32,
}
