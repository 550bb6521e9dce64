//! The check is right, and the run tries the boundary.
//@ check-pass
// ANCHOR: all
fn get(row: &[u32], index: usize) -> Option<u32> {
    if index >= row.len() {
        return None;
    }
    Some(unsafe { *row.as_ptr().add(index) })
}

fn main() {
    for index in 0..=4 {
        println!("{:?}", get(&[1, 2, 3], index));
    }
}
// ANCHOR_END: all
