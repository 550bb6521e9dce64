//! A raw pointer promises nothing.
//@ check-pass
// ANCHOR: all
fn finish(last: *const u32, owner: *mut u32) {
    println!("the last one was {}", unsafe { *last });
    drop(unsafe { Box::from_raw(owner) });
}

fn main() {
    let owner = Box::into_raw(Box::new(7));
    finish(owner, owner);
}
// ANCHOR_END: all
