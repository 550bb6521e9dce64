//! The types that a block can hold, and the unsigned lanes that they travel in.

use core::fmt::Debug;
use core::hash::Hash;

use crate::{VarInt, zigzag};

/// A type that a block can hold: `u32`, `u64` or `i64`. The trait is sealed.
pub trait Element: sealed::Element + VarInt + Default {}

impl Element for u32 {}
impl Element for u64 {}
impl Element for i64 {}

/// What the layouts store: an unsigned integer as wide as the element.
pub trait Lane: Copy + Default + Eq + Ord + Debug + Hash + Send + Sync + 'static {
    /// Its width in bytes.
    const BYTES: usize;

    /// How many bytes it needs; none for zero.
    fn byte_len(self) -> usize;
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    fn to_u64(self) -> u64;
    /// The low bits.
    fn truncate(value: u64) -> Self;
    /// Sign and magnitude exchanged for order: the smallest signed value is the smallest lane.
    fn flip_sign(self) -> Self;
}

macro_rules! lane {
    ($($int:ident)*) => {$(
        impl Lane for $int {
            const BYTES: usize = size_of::<$int>();

            #[inline(always)]
            fn byte_len(self) -> usize {
                (($int::BITS + 7 - self.leading_zeros()) / 8) as usize
            }

            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            #[inline(always)]
            fn to_u64(self) -> u64 {
                self.into()
            }

            #[inline(always)]
            fn truncate(value: u64) -> Self {
                value as $int
            }

            #[inline(always)]
            fn flip_sign(self) -> Self {
                self ^ (1 << ($int::BITS - 1))
            }
        }
    )*};
}

lane!(u32 u64);

pub(crate) mod sealed {
    use super::Lane;

    pub trait Element: Sized {
        type Lane: Lane;

        /// The first byte of a block of this type.
        const TAG: u8;
        const NAME: &'static str;
        const SIGNED: bool;

        /// The same bits.
        fn to_bits(self) -> Self::Lane;
        fn from_bits(bits: Self::Lane) -> Self;
        /// Small for values near zero.
        fn to_plain(self) -> Self::Lane;
        fn from_plain(lane: Self::Lane) -> Self;
    }
}

macro_rules! unsigned {
    ($($int:ident $tag:literal,)*) => {$(
        impl sealed::Element for $int {
            type Lane = $int;
            const TAG: u8 = $tag;
            const NAME: &'static str = stringify!($int);
            const SIGNED: bool = false;

            #[inline(always)]
            fn to_bits(self) -> $int {
                self
            }

            #[inline(always)]
            fn from_bits(bits: $int) -> Self {
                bits
            }

            #[inline(always)]
            fn to_plain(self) -> $int {
                self
            }

            #[inline(always)]
            fn from_plain(lane: $int) -> Self {
                lane
            }
        }
    )*};
}

unsigned!(u32 0x81, u64 0x82,);

impl sealed::Element for i64 {
    type Lane = u64;
    const TAG: u8 = 0x83;
    const NAME: &'static str = "i64";
    const SIGNED: bool = true;

    #[inline(always)]
    fn to_bits(self) -> u64 {
        self as u64
    }

    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        bits as i64
    }

    #[inline(always)]
    fn to_plain(self) -> u64 {
        zigzag::encode_i64(self)
    }

    #[inline(always)]
    fn from_plain(lane: u64) -> Self {
        zigzag::decode_i64(lane)
    }
}
