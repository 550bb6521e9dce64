//! A pointer to a stack frame that is gone.
// ANCHOR: all
fn new_counter() -> *const u32 {
    let counter = 7;
    &raw const counter
}

fn main() {
    let counter = new_counter();
    let value = unsafe { *counter }; //~ ERROR: dangling
    println!("{value}");
}
// ANCHOR_END: all
