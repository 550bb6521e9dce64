//@ revisions: twin refused
//@[twin] check-pass
//! A type and its subtype can be stored in two forms: what was opened as the one is not the other.
#![crate_type = "lib"]
#![forbid(unsafe_code)]
#![allow(coherence_leak_check)]

use raw_serialise::heap::Str;
use raw_serialise::{Opened, Serialise, Writer};

pub struct Bad<F>(F);

impl Serialise for Bad<for<'a> fn(&'a u8)> {
    type Stored = u64;

    fn serialise(&self, _: usize, _: &mut Writer) {}
}

impl Serialise for Bad<fn(&'static u8)> {
    type Stored = Str;

    fn serialise(&self, _: usize, _: &mut Writer) {}
}

#[cfg(twin)]
pub fn text<'a>(
    opened: Opened<'a, Bad<fn(&'static u8)>>,
) -> Opened<'a, Bad<fn(&'static u8)>> {
    opened
}

#[cfg(refused)]
pub fn text<'a>(
    opened: Opened<'a, Bad<for<'b> fn(&'b u8)>>,
) -> Opened<'a, Bad<fn(&'static u8)>> {
    opened //~[refused] ERROR: mismatched types
}
