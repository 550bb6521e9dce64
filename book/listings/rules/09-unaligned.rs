//! A number that begins at the second byte of a packet.
// ANCHOR: all
fn main() {
    let packet = [1_u8, 0x2a, 0, 0, 0];
    let length = packet[1..].as_ptr().cast::<u32>();
    let length = unsafe { *length }; //~ ERROR: alignment 4 is required
    println!("{length}");
}
// ANCHOR_END: all
