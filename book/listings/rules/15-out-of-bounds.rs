//! A pointer two past the end. It is never read; to compute it is enough.
// ANCHOR: all
fn main() {
    let row = [1, 2, 3];
    let start = row.as_ptr();
    let beyond = unsafe { start.add(5) }; //~ ERROR: in-bounds pointer arithmetic failed
    println!("{}", beyond > start);
}
// ANCHOR_END: all
