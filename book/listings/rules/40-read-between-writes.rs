//! A read through the parent, between two writes through the pointer. Stacked Borrows disables the
//! reference and leaves the pointer above it alone. Tree Borrows knows one tag for the two, and
//! freezes it.
//@ revisions: stacked tree
//@[stacked] check-pass
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let pointer = &raw mut *(&mut *outer);
    unsafe { *pointer += 1 };
    let seen = *outer;
    unsafe { *pointer += 1 }; //~[tree] ERROR: is forbidden
    println!("{seen} {count}");
}
// ANCHOR_END: all
