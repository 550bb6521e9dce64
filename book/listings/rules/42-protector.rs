//! A reference in an argument is promised to the callee for the whole call, used or not.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[stacked] error-in-other-file: strongly protected
//@[tree] error-in-other-file: is forbidden
// ANCHOR: all
fn finish(last: &u32, owner: *mut u32) {
    println!("the last one was {last}");
    // `last` is not used any more. But its promise ends with the call.
    drop(unsafe { Box::from_raw(owner) });
}

fn main() {
    let owner = Box::into_raw(Box::new(7));
    finish(unsafe { &*owner }, owner);
}
// ANCHOR_END: all
