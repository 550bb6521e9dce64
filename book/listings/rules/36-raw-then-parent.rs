//! A raw pointer, used after the reference it came from. Stacked Borrows gives the pointer an item
//! of its own, and the reference pops it. Tree Borrows gives it no node: pointer and reference
//! are one and the same.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[tree] check-pass
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let pointer = &raw mut *outer;
    *outer += 1;
    unsafe { *pointer += 1 }; //~[stacked] ERROR: does not exist in the borrow stack
    println!("{count}");
}
// ANCHOR_END: all
