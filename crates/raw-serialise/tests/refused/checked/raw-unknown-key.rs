//@ revisions: twin refused
//@[twin] check-pass
//! An attribute that nobody knows.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg_attr(twin, raw(name = "a"))]
    #[cfg_attr(refused, raw(default))] //~[refused] ERROR: `default` is nothing that `#[raw(..)]` knows here: there is `name = ".."`
    A,
}
