//! What is found on a walk.

use core::ops::Range;

use super::{TypeRef, Value};

/// Something that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Event<'a> {
    /// Its type.
    pub ty: TypeRef,
    /// Its own bytes in the block; for what has parts, only those that belong to no part.
    pub own: Range<usize>,
    /// What.
    pub what: What<'a>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum What<'a> {
    /// A number, `bool`, `char` or short text.
    Value(Value<'a>),
    /// Longer text, and where its bytes are.
    Text(&'a str, Range<usize>),
    /// So many numbers, one after another: `ty` is that of one.
    Numbers(usize),
    /// A struct, tuple or array begins.
    Parts,
    /// An enum begins, and it is this variant.
    Variant(&'a str),
    /// An option, and whether it is `Some`.
    Option(bool),
    /// A pointer to so many values, which lie there. A map has two.
    Pointer(usize, Range<usize>),
}
