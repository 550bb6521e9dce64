//! The pointer is made when the vector has stopped growing.
//@ check-pass
// ANCHOR: all
fn main() {
    let mut scores = vec![7];
    scores.extend([8, 9, 10, 11, 12]);
    let first = scores.as_ptr();
    let value = unsafe { *first };
    println!("{value}");
}
// ANCHOR_END: all
