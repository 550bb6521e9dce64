//@ revisions: twin refused
//@[twin] check-pass
//! An attribute that nobody knows.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Plain;

#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Bad {
    #[cfg_attr(twin, raw(default))]
    #[cfg_attr(refused, raw(defualt))] //~[refused] ERROR: `defualt` is nothing that `#[raw(..)]` knows here: there is `name = ".."`, `default`, `default = ..` and `pointer`
    a: u32,
}
