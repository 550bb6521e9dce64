//! `read_unaligned` copies the bytes, wherever they are.
//@ check-pass
// ANCHOR: all
fn main() {
    let packet = [1_u8, 0x2a, 0, 0, 0];
    let length = packet[1..].as_ptr().cast::<u32>();
    let length = u32::from_le(unsafe { length.read_unaligned() });
    println!("{length}");
}
// ANCHOR_END: all
