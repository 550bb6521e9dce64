//! A sum of sums beside it: the place of a word counts.
//@ check-pass
// ANCHOR: all
fn check(words: &[u64]) -> (u64, u64) {
    let (mut sum, mut sums) = (0_u64, 0_u64);
    for word in words {
        sum = sum.wrapping_add(*word);
        sums = sums.wrapping_add(sum);
    }
    (sum, sums)
}

fn main() {
    println!("as written: {:?}", check(&[10, 20, 30]));
    println!("a bit more: {:?}", check(&[11, 20, 30]));
    println!("exchanged:  {:?}", check(&[20, 10, 30]));
}
// ANCHOR_END: all
