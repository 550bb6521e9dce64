//! One past the end is the furthest that `add` may go. It may be compared, not read.
//@ check-pass
// ANCHOR: all
fn main() {
    let row = [1, 2, 3];
    let start = row.as_ptr();
    let end = unsafe { start.add(row.len()) };
    println!("{}", end > start);
}
// ANCHOR_END: all
