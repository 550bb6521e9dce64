//! A sum of the bytes sees one changed bit, and misses two bytes that changed places.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}
// ANCHOR_END: part

fn main() {
    let data = *b"\x0a\x75\x69\x65\0\0\0\0\0\0\0\0\0\0\x29\x40\x07\0\0\0\0\0\x60\x40";
    let good = checksum(&data);

    let flips = (0..data.len() * 8).filter(|bit| {
        let mut damaged = data;
        damaged[bit / 8] ^= 1 << (bit % 8);
        checksum(&damaged) == good
    });
    println!("missed, of {} flipped bits: {}", data.len() * 8, flips.count());

    let mut swaps = 0;
    let mut missed = 0;
    for second in 0..data.len() {
        for first in 0..second {
            let mut damaged = data;
            damaged.swap(first, second);
            if damaged != data {
                swaps += 1;
                missed += u32::from(checksum(&damaged) == good);
            }
        }
    }
    println!("missed, of {swaps} swapped pairs: {missed}");
}
// ANCHOR_END: all
