//! The same function with references, which promise that they are not one. The caller breaks the
//! promise with a raw pointer.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
/// Add `item`, twice.
fn add_twice(total: &mut u32, item: &u32) {
    //~[stacked]^ ERROR: does not exist in the borrow stack
    *total += *item;
    //~[tree]^ ERROR: is forbidden
    *total += *item;
}

fn main() {
    let mut total = 10;
    let pointer = &raw mut total;
    unsafe { add_twice(&mut *pointer, &*pointer) };
    println!("{total}");
}
// ANCHOR_END: all
