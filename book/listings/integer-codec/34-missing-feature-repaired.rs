//! A value that only detection makes is the proof that the processor has the instructions.
//@ check-pass
//@ only-target: x86_64
// ANCHOR: all
use proof::Avx2;

mod proof {
    /// Proof that this processor has AVX2.
    #[derive(Clone, Copy)]
    pub struct Avx2(()); // the field is private: nobody else makes one

    impl Avx2 {
        pub fn detect() -> Option<Self> {
            is_x86_feature_detected!("avx2").then_some(Self(()))
        }

        /// Safe to call: whoever has `self` has asked.
        pub fn sum(self, values: &[u32]) -> u32 {
            // SAFETY: `detect` alone makes a value of this type, and only where AVX2 is there.
            unsafe { sum(values) }
        }
    }

    #[target_feature(enable = "avx2")]
    fn sum(values: &[u32]) -> u32 {
        values.iter().sum()
    }
}

fn main() {
    let values = [1, 2, 3];
    match Avx2::detect() {
        Some(avx2) => println!("with AVX2: {}", avx2.sum(&values)),
        None => println!("without: {}", values.iter().sum::<u32>()),
    }
}
// ANCHOR_END: all
