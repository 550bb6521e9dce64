//! A box turned into a raw pointer, and nobody left to turn it back.
// ANCHOR: all
fn main() {
    let message = Box::into_raw(Box::new("remember me")); //~ ERROR: memory leaked
    println!("{}", unsafe { *message });
}
// ANCHOR_END: all
