//! `from_raw` gives the memory an owner again, which frees it.
//@ check-pass
// ANCHOR: all
fn main() {
    let message = Box::into_raw(Box::new("remember me"));
    println!("{}", unsafe { *message });
    drop(unsafe { Box::from_raw(message) });
}
// ANCHOR_END: all
