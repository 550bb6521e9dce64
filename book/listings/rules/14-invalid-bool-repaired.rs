//! The question that was meant.
//@ check-pass
// ANCHOR: all
fn main() {
    let byte = 2_u8;
    let flag = byte != 0;
    println!("{}", if flag { "yes" } else { "no" });
}
// ANCHOR_END: all
