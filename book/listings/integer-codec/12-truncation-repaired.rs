//! What does not fit is an error.
//@ check-pass
// ANCHOR: all
#[derive(Debug, Clone, Copy)]
struct Integer {
    negative: bool,
    magnitude: u128,
}

macro_rules! signed {
    ($($int:ident)*) => {$(
        impl TryFrom<Integer> for $int {
            type Error = &'static str;

            fn try_from(n: Integer) -> Result<Self, Self::Error> {
                let magnitude = n.magnitude.try_into().ok();
                let int = magnitude.and_then(|magnitude| {
                    if n.negative {
                        (0 as $int).checked_sub_unsigned(magnitude)
                    } else {
                        (0 as $int).checked_add_unsigned(magnitude)
                    }
                });
                int.ok_or(concat!("out of range for ", stringify!($int)))
            }
        }
    )*};
}

signed!(i8 i16 i32 i64 i128 isize);

fn main() {
    let two_hundred = Integer { negative: false, magnitude: 200 };
    let minus_129 = Integer { negative: true, magnitude: 129 };
    let minus_128 = Integer { negative: true, magnitude: 128 };
    let largest = Integer { negative: false, magnitude: u128::MAX };
    println!("200 as an i8: {:?}", i8::try_from(two_hundred));
    println!("200 as an i16: {:?}", i16::try_from(two_hundred));
    println!("-129 as an i8: {:?}", i8::try_from(minus_129));
    println!("-128 as an i8: {:?}", i8::try_from(minus_128));
    println!("2^128 - 1 as an i128: {:?}", i128::try_from(largest));
}
// ANCHOR_END: all
