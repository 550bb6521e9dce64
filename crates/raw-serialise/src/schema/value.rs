//! Bytes in either byte order.

use core::fmt;

use super::Primitive;
use crate::archive::ByteOrder;

impl ByteOrder {
    /// At most 16 bytes, as an unsigned number.
    pub(super) fn number(self, bytes: &[u8]) -> u128 {
        let add = |number: u128, byte: &u8| number << 8 | u128::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, add),
            Self::Big => bytes.iter().fold(0, add),
        }
    }

    /// At most 16 bytes, as a signed number.
    pub(super) fn signed(self, bytes: &[u8]) -> i128 {
        let unused = 128_u32.saturating_sub(8 * bytes.len() as u32);
        ((self.number(bytes) << (unused % 128)) as i128) >> (unused % 128)
    }

    /// The tag of an enum. One of 128 bits without a sign is never above `i128::MAX`: no tag is negative
    /// then, so what is above it is the tag of no variant.
    pub(super) fn tag(self, tag: Primitive, bytes: &[u8]) -> i128 {
        match tag {
            Primitive::Signed(_) => self.signed(bytes),
            _ => self.number(bytes) as i128,
        }
    }

    /// Four bytes, as a number.
    pub(super) fn word(self, bytes: &[u8]) -> u32 {
        self.number(bytes) as u32
    }
}

/// A value without parts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Any unsigned integer.
    Unsigned(u128),
    /// Any signed integer.
    Signed(i128),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// A `bool`.
    Bool(bool),
    /// A `char`.
    Char(char),
    /// Text.
    Text(&'a str),
}

impl Value<'_> {
    /// What bytes of the right number mean; nothing, if they are no value.
    ///
    /// ```
    /// use raw_serialise::schema::{ByteOrder, Primitive, Value};
    ///
    /// let two = Value::of(Primitive::Signed(2), ByteOrder::Big, &[0xff, 0xfe]);
    /// assert_eq!(two, Some(Value::Signed(-2)));
    /// assert_eq!(Value::of(Primitive::Bool, ByteOrder::Big, &[2]), None);
    /// ```
    #[must_use]
    pub fn of(primitive: Primitive, order: ByteOrder, bytes: &[u8]) -> Option<Self> {
        if bytes.len() != primitive.size() {
            return None;
        }
        let number = order.number(bytes);
        Some(match primitive {
            Primitive::Unsigned(_) => Self::Unsigned(number),
            Primitive::Signed(_) => Self::Signed(order.signed(bytes)),
            Primitive::Float(4) => Self::F32(f32::from_bits(number as u32)),
            Primitive::Float(_) => Self::F64(f64::from_bits(number as u64)),
            Primitive::NonZeroUnsigned(_) if number > 0 => Self::Unsigned(number),
            Primitive::NonZeroSigned(_) if number > 0 => Self::Signed(order.signed(bytes)),
            Primitive::Bool if number < 2 => Self::Bool(number == 1),
            Primitive::Char => Self::Char(char::from_u32(number as u32)?),
            _ => return None,
        })
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(it) => it.fmt(f),
            Self::Signed(it) => it.fmt(f),
            Self::F32(it) => fmt::Debug::fmt(it, f),
            Self::F64(it) => fmt::Debug::fmt(it, f),
            Self::Bool(it) => it.fmt(f),
            Self::Char(it) => fmt::Debug::fmt(it, f),
            Self::Text(it) => fmt::Debug::fmt(it, f),
        }
    }
}
