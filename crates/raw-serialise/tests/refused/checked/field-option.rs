//@ revisions: twin refused
//@[twin] check-pass
//! An `Option`: where its tag lies is the compiler's secret.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
struct Bad {
    #[cfg(twin)]
    a: bool,
    #[cfg(refused)]
    a: Option<bool>, //~[refused] ERROR: Option<bool>` cannot be checked
    //~[refused]^ ERROR: Option<bool>` cannot be checked
    //~[refused]^^ ERROR: Option<bool>` cannot be checked
}
