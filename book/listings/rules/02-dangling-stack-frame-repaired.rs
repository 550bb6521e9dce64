//! The counter lives on the heap: it outlives the function that makes it.
//@ check-pass
// ANCHOR: all
fn new_counter() -> Box<u32> {
    let counter = 7;
    Box::new(counter)
}

fn main() {
    let counter = new_counter();
    println!("{counter}");
}
// ANCHOR_END: all
