//! A sign and a magnitude; zero is not negative, and only one function can say so.
//@ check-pass
// ANCHOR: all
/// Invariant: zero is not negative. So one value has one form, and `==` can be derived.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Integer {
    negative: bool,
    magnitude: u128,
}

impl Integer {
    fn new(negative: bool, magnitude: u128) -> Self {
        Integer { negative: negative && magnitude != 0, magnitude }
    }
}

macro_rules! from {
    ($($unsigned:ident $signed:ident,)*) => {$(
        impl From<$unsigned> for Integer {
            fn from(n: $unsigned) -> Self {
                Integer::new(false, n as u128)
            }
        }

        impl From<$signed> for Integer {
            fn from(n: $signed) -> Self {
                Integer::new(n < 0, n.unsigned_abs() as u128)
            }
        }
    )*};
}

from!(u8 i8, u16 i16, u32 i32, u64 i64, u128 i128, usize isize,);

fn main() {
    assert_eq!(Integer::from(0u8), Integer::from(0i8));
    assert_eq!(Integer::from(0u128), Integer::new(true, 0));
    assert_eq!(Integer::from(5u8), Integer::from(5i64));
    assert_ne!(Integer::from(5u8), Integer::from(-5i64));
    println!("{:?}", Integer::from(0i8));
}
// ANCHOR_END: all
