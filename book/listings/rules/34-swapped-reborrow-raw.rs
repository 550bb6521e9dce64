//! The same program with a raw pointer in between, which the borrow checker does not follow.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
fn main() {
    let mut count = 10;
    let outer = &mut count;
    let inner = unsafe { &mut *(&raw mut *outer) };
    *outer += 1;
    *inner += 1;
    //~[stacked]^ ERROR: does not exist in the borrow stack
    //~[tree]^^ ERROR: is forbidden
    println!("{count}");
}
// ANCHOR_END: all
