//! A flag is kept in the lowest bit of an address. On the way back the pointer has lost its
//! provenance: it is an address without a right to go there.
// ANCHOR: all
fn main() {
    let number = 7_u32;
    let tagged = (&raw const number) as usize | 1;
    let pointer = (tagged & !1) as *const u32; //~ ERROR: integer-to-pointer cast
    println!("{} {}", tagged & 1, unsafe { *pointer });
}
// ANCHOR_END: all
