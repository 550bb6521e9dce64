//! What AVX-512's `vpexpandb` does, and how one comparison finds its mask.
//@ check-pass
// ANCHOR: all
// ANCHOR: expand
/// The bytes of the data, in order, to the places whose bit is set; zeros to the others.
fn expand(mask: u16, data: &[u8; 16]) -> [u8; 16] {
    let mut data = data.iter();
    std::array::from_fn(|i| if mask >> i & 1 == 1 { *data.next().unwrap_or(&0) } else { 0 })
}

/// Byte `i` of the lanes is in the data if the code of its lane is at least `i % 4`.
fn mask(control: u8) -> u16 {
    (0..16).filter(|i| control >> (i / 4 * 2) & 3 >= i % 4).map(|i| 1 << i).sum()
}
// ANCHOR_END: expand

fn main() {
    let control = 0b00_10_01_00; // 1, 2, 3 and 1 bytes
    let data = [1, 44, 1, 112, 17, 1, 5, 99, 99, 99, 99, 99, 99, 99, 99, 99];
    let mask = mask(control);
    println!("mask {mask:016b}, bytes of data: {}", mask.count_ones());
    let lanes = expand(mask, &data);
    let values = lanes.as_chunks().0.iter().map(|&lane| u32::from_le_bytes(lane));
    println!("{:?}", values.collect::<Vec<_>>());
}
// ANCHOR_END: all
