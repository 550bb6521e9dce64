//! The same `get`, asked for the one index that matters.
// ANCHOR: all
fn get(row: &[u32], index: usize) -> u32 {
    // The check is off by one.
    assert!(index <= row.len());
    unsafe { *row.as_ptr().add(index) } //~ ERROR: memory access failed
}

fn main() {
    println!("{}", get(&[1, 2, 3], 3));
}
// ANCHOR_END: all
