//! A pointer to an element of a vector that has grown, and moved, since.
// ANCHOR: all
fn main() {
    let mut scores = vec![7];
    let first = scores.as_ptr();
    scores.extend([8, 9, 10, 11, 12]); // no room: the elements move
    let value = unsafe { *first }; //~ ERROR: has been freed
    println!("{value}");
}
// ANCHOR_END: all
