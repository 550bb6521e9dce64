//! Reborrows that nest: the inner one is done before the outer one goes on.
//@ check-pass
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let inner = &mut *outer;
    *inner += 1;
    *outer += 1;
    println!("{count}");
}
// ANCHOR_END: all
