//! A function that was compiled for more than the processor has.
//@ only-target: x86_64
// ANCHOR: all
/// Compiled for AVX2, whatever the rest of the program is compiled for.
#[target_feature(enable = "avx2")]
fn sum(values: &[u32]) -> u32 {
    values.iter().sum()
}

fn main() {
    // SAFETY: every processor has AVX2 these days.
    println!("{}", unsafe { sum(&[1, 2, 3]) }); //~ ERROR: unavailable target features
}
// ANCHOR_END: all
