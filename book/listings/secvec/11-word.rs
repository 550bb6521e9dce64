//! The value converts itself, in safe code. The compiler refuses what does not.
//@ check-pass
// ANCHOR: all
trait Word: Copy {
    /// How many low bits are used.
    const BITS: u32;
    fn to_bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
}

impl Word for u8 {
    const BITS: u32 = 8;
    fn to_bits(self) -> u64 {
        self.into()
    }
    fn from_bits(bits: u64) -> Self {
        bits as u8
    }
}

impl Word for u32 {
    const BITS: u32 = 32;
    fn to_bits(self) -> u64 {
        self.into()
    }
    fn from_bits(bits: u64) -> Self {
        bits as u32
    }
}

/// Side by side, without padding. More than 64 bits do not compile.
impl<A: Word, B: Word> Word for (A, B) {
    const BITS: u32 = {
        assert!(A::BITS < 64 && A::BITS + B::BITS <= 64);
        A::BITS + B::BITS
    };
    fn to_bits(self) -> u64 {
        self.0.to_bits() | self.1.to_bits() << A::BITS
    }
    fn from_bits(bits: u64) -> Self {
        let low = bits & ((1 << A::BITS) - 1);
        (A::from_bits(low), B::from_bits(bits >> A::BITS))
    }
}

fn main() {
    let word = (7_u8, 9_u32).to_bits();
    println!("the word is {word:x} (hexadecimal), in {} bits", <(u8, u32)>::BITS);
    println!("{:?}", <(u8, u32)>::from_bits(word));
}
// ANCHOR_END: all
