//! `map_addr` changes the address and keeps the provenance.
//@ check-pass
// ANCHOR: all
fn main() {
    let number = 7_u32;
    let tagged = (&raw const number).map_addr(|address| address | 1);
    let pointer = tagged.map_addr(|address| address & !1);
    println!("{} {}", tagged.addr() & 1, unsafe { *pointer });
    // The same with an address that was computed elsewhere.
    let pointer = tagged.with_addr(tagged.addr() & !1);
    println!("{}", unsafe { *pointer });
}
// ANCHOR_END: all
