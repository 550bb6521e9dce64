//! The two uses swapped: the borrow checker says no.
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let inner = &mut *outer;
    *outer += 1; //~ E0503
    *inner += 1;
    println!("{count}");
}
// ANCHOR_END: all
