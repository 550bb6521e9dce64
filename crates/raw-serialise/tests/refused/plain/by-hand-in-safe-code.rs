//@ revisions: twin refused
//@[twin] check-pass
//! The traits are promises: safe code cannot make them.
#![crate_type = "lib"]
#![forbid(unsafe_code)]

use raw_serialise::{Checked, NoPadding, Plain};

#[repr(C)]
#[derive(Clone, Copy, Debug, Checked)]
#[cfg_attr(twin, derive(NoPadding))]
struct Bad(u32);

#[cfg(refused)]
impl NoPadding for Bad {} //~[refused] ERROR: the trait `NoPadding` requires an `unsafe impl` declaration

#[cfg(refused)]
impl Plain for Bad {} //~[refused] ERROR: the trait `Plain` requires an `unsafe impl` declaration

#[cfg(twin)]
const _: fn() -> &'static dyn Fn(Bad) = || &|_| needs(7_u32);

#[cfg(twin)]
fn needs<T: Plain>(_: T) {}
