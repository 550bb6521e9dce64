//! The value at `k`: add up the lengths before it, and look at no other data.
//@ check-pass
// ANCHOR: all
// ANCHOR: get
fn get(control: &[u8], data: &[u8], k: usize) -> Option<u32> {
    let length = |i: usize| Some(1 + usize::from(control.get(i / 4)? >> (2 * (i % 4)) & 3));
    let start = (0..k).map(length).sum::<Option<usize>>()?;
    let used = data.get(start..start + length(k)?)?;
    let mut content = [0; 4];
    content[..used.len()].copy_from_slice(used);
    Some(u32::from_le_bytes(content))
}
// ANCHOR_END: get

fn main() {
    let (control, data) = ([0b00_10_01_00, 0b00_11], [1, 44, 1, 112, 17, 1, 5, 0, 0, 0, 1, 6]);
    println!("{:?}", (0..6).map(|k| get(&control, &data, k)).collect::<Vec<_>>());
    let mut others_changed = [0xff; 12];
    others_changed[3..6].copy_from_slice(&data[3..6]);
    println!("{:?}", get(&control, &others_changed, 2));
}
// ANCHOR_END: all
