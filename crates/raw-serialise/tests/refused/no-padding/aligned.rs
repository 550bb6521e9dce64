//@ revisions: twin refused
//@[twin] check-pass
//! `repr(u8, align(2))`, as it fooled zerocopy.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding};

#[cfg_attr(twin, repr(u8))]
#[cfg_attr(refused, repr(u8), r#repr(align(2)))]
#[derive(Clone, Copy, Debug, Checked, NoPadding)]
enum Bad { //~[refused] ERROR: `Bad` is aligned to 2 bytes, and what is in it to 1
    A, //~[refused] ERROR: 1 byte of padding at the end of `Bad::A`
}
