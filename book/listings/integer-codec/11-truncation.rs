//! `as` takes the low bits and says nothing.
//@ check-pass
// ANCHOR: all
struct Integer {
    negative: bool,
    magnitude: u128,
}

impl Integer {
    fn to_i8(&self) -> i8 {
        let magnitude = self.magnitude as i8;
        if self.negative { magnitude.wrapping_neg() } else { magnitude }
    }

    fn to_i128(&self) -> i128 {
        let magnitude = self.magnitude as i128;
        if self.negative { magnitude.wrapping_neg() } else { magnitude }
    }
}

fn main() {
    let two_hundred = Integer { negative: false, magnitude: 200 };
    let minus_129 = Integer { negative: true, magnitude: 129 };
    let largest = Integer { negative: false, magnitude: u128::MAX };
    println!("200 as an i8: {}", two_hundred.to_i8());
    println!("-129 as an i8: {}", minus_129.to_i8());
    println!("2^128 - 1 as an i128: {}", largest.to_i128());
    assert_eq!((two_hundred.to_i8(), minus_129.to_i8(), largest.to_i128()), (-56, 127, -1));
}
// ANCHOR_END: all
