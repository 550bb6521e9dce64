//! Numbers, `bool` and `char`.

/// A type without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Primitive {
    /// An unsigned integer of so many bytes.
    Unsigned(u8),
    /// A signed integer of so many bytes.
    Signed(u8),
    /// A float of so many bytes.
    Float(u8),
    /// An unsigned integer of so many bytes that is not zero.
    NonZeroUnsigned(u8),
    /// A signed integer of so many bytes that is not zero.
    NonZeroSigned(u8),
    /// A `bool`.
    Bool,
    /// A `char`.
    Char,
}

use Primitive::{Bool, Char, Float, NonZeroSigned, NonZeroUnsigned, Signed, Unsigned};

const ALL: [(&str, Primitive); 24] = [
    ("u8", Unsigned(1)),
    ("u16", Unsigned(2)),
    ("u32", Unsigned(4)),
    ("u64", Unsigned(8)),
    ("u128", Unsigned(16)),
    ("i8", Signed(1)),
    ("i16", Signed(2)),
    ("i32", Signed(4)),
    ("i64", Signed(8)),
    ("i128", Signed(16)),
    ("f32", Float(4)),
    ("f64", Float(8)),
    ("bool", Bool),
    ("char", Char),
    ("nonzero<u8>", NonZeroUnsigned(1)),
    ("nonzero<u16>", NonZeroUnsigned(2)),
    ("nonzero<u32>", NonZeroUnsigned(4)),
    ("nonzero<u64>", NonZeroUnsigned(8)),
    ("nonzero<u128>", NonZeroUnsigned(16)),
    ("nonzero<i8>", NonZeroSigned(1)),
    ("nonzero<i16>", NonZeroSigned(2)),
    ("nonzero<i32>", NonZeroSigned(4)),
    ("nonzero<i64>", NonZeroSigned(8)),
    ("nonzero<i128>", NonZeroSigned(16)),
];

impl Primitive {
    /// As it is called in the text.
    #[must_use]
    pub fn name(self) -> &'static str {
        ALL.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }

    /// What is called so.
    #[must_use]
    pub fn with_name(name: &str) -> Option<Self> {
        ALL.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// How many bytes it has, which is its alignment too.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Bool => 1,
            Char => 4,
            Unsigned(size) | Signed(size) | Float(size) => size as usize,
            NonZeroUnsigned(size) | NonZeroSigned(size) => size as usize,
        }
    }

    /// Whether it is an integer that can be zero: such a one can be a tag.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, Unsigned(_) | Signed(_))
    }

    /// Whether any bytes are a value.
    pub(super) const fn any_bytes(self) -> bool {
        matches!(self, Unsigned(_) | Signed(_) | Float(_))
    }

    /// Whether a tag of this type can be `tag`.
    pub(super) const fn holds(self, tag: i128) -> bool {
        match self {
            Unsigned(16) => tag >= 0,
            Unsigned(size) => tag >= 0 && tag >> (8 * size as u32) == 0,
            Signed(16) => true,
            Signed(size) => {
                let high = tag >> (8 * size as u32 - 1);
                high == 0 || high == -1
            }
            _ => false,
        }
    }
}
