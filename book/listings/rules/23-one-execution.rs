//! There is a mistake in `get`, and this run does not meet it.
//@ check-pass
// ANCHOR: all
fn get(row: &[u32], index: usize) -> u32 {
    // The check is off by one.
    assert!(index <= row.len());
    unsafe { *row.as_ptr().add(index) }
}

fn main() {
    println!("{}", get(&[1, 2, 3], 2));
}
// ANCHOR_END: all
