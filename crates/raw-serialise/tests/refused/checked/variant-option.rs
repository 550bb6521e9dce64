//@ revisions: twin refused
//@[twin] check-pass
//! An `Option`: where its tag lies is the compiler's secret.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::Checked;

#[repr(u8)]
#[derive(Clone, Copy, Debug, Checked)]
enum Bad {
    #[cfg(twin)]
    A(bool),
    #[cfg(refused)]
    A(Option<bool>), //~[refused] ERROR: Option<bool>` cannot be checked
    //~[refused]^ ERROR: Option<bool>` cannot be checked
    //~[refused]^^ ERROR: Option<bool>` cannot be checked
}
