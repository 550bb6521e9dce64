//! A file that is mapped is memory that others may write to, while there is a view of it.
//@ revisions: stacked tree
//@[tree] compile-flags: -Zmiri-tree-borrows
// ANCHOR: all
// ANCHOR: part
fn main() {
    // The pages of a file, as the system maps them; and the same pages in another program.
    let mut pages = *b"the cable came out";
    let here = &raw mut pages;
    let elsewhere = here;

    let view: &[u8; 18] = unsafe { &*here };
    let text = std::str::from_utf8(view).expect("this was checked, and it was text");
    println!("{text}");

    unsafe { elsewhere.cast::<u8>().write(0xff) }; // The other program writes to its file.

    let again: &str = &*text;
    //~[stacked]^ ERROR: that tag does not exist in the borrow stack
    //~[tree]^^ ERROR: is forbidden
    println!("{again}");
}
// ANCHOR_END: part
// ANCHOR_END: all
