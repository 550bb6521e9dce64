//! A `bool` is a byte, but only two bytes are a `bool`.
// ANCHOR: all
fn main() {
    let byte = 2_u8;
    let flag = unsafe { *(&raw const byte).cast::<bool>() }; //~ ERROR: expected a boolean
    println!("{}", if flag { "yes" } else { "no" });
}
// ANCHOR_END: all
