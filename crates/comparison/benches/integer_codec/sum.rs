//! Adding up, whatever the sum.

/// A type that can be added up without an overflow.
pub(crate) trait Sum: Copy + Default + PartialEq {
    fn plus(self, other: Self) -> Self;
}

macro_rules! sum {
    ($($int:ident)*) => {$(
        impl Sum for $int {
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }
    )*};
}

sum!(u32 u64 i64 u128);
