//! What was read into memory of one's own does not change.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
fn main() {
    // The pages of a file, in another program.
    let mut pages = *b"the cable came out";
    let elsewhere = &raw mut pages;

    // SAFETY: there is no reference to the pages.
    let own: [u8; 18] = unsafe { elsewhere.read() }; // What `read` of a file does.
    let text = std::str::from_utf8(&own).expect("this was checked, and it was text");
    println!("{text}");

    // SAFETY: there is no reference to the pages.
    unsafe { elsewhere.cast::<u8>().write(0xff) }; // The other program writes to its file.

    let again: &str = &*text;
    println!("{again}");
}
// ANCHOR_END: part
// ANCHOR_END: all
