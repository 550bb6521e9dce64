//! The uses nest again.
//@ check-pass
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let inner = unsafe { &mut *(&raw mut *outer) };
    *inner += 1;
    *outer += 1;
    println!("{count}");
}
// ANCHOR_END: all
