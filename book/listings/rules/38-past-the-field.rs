//! A pointer to the first of two fields is moved on to the second. Stacked Borrows gave it an item
//! on the bytes of the first field and no others.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
//@[tree] check-pass
// ANCHOR: all
#[repr(C)]
struct Pair {
    left: u32,
    right: u32,
}

fn main() {
    let mut pair = Pair { left: 1, right: 2 };
    let left: *mut u32 = &mut pair.left;
    unsafe { *left.add(1) = 7 }; //~[stacked] ERROR: does not exist in the borrow stack
    println!("{} {}", pair.left, pair.right);
}
// ANCHOR_END: all
