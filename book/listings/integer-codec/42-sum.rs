//! A sum of words, as a check: what it does not see.
//@ check-pass
// ANCHOR: all
fn check(words: &[u64]) -> u64 {
    words.iter().fold(0, |sum, word| sum.wrapping_add(*word))
}

fn main() {
    println!("as written: {}", check(&[10, 20, 30]));
    println!("a bit more: {}", check(&[11, 20, 30]));
    println!("exchanged:  {}", check(&[20, 10, 30]));
}
// ANCHOR_END: all
