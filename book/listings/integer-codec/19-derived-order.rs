//! The order that `derive` gives to a sign and a magnitude.
//@ check-pass
// ANCHOR: all
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Integer {
    negative: bool,
    magnitude: u128,
}

fn main() {
    let integer = |n: i128| Integer { negative: n < 0, magnitude: n.unsigned_abs() };
    let mut sorted = [5, -5, 0, -300, 300].map(integer);
    sorted.sort();
    for Integer { negative, magnitude } in sorted {
        print!("{}{magnitude} ", if negative { "-" } else { "" });
    }
    println!();
}
// ANCHOR_END: all
