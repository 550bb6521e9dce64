//! Two raw pointers may be one. The compiler must assume that `*total` changes `*item`.
//@ check-pass
// ANCHOR: all
// ANCHOR: function
/// Add what `item` points to, twice.
unsafe fn add_twice(total: *mut u32, item: *const u32) {
    unsafe {
        *total += *item;
        *total += *item;
    }
}
// ANCHOR_END: function

fn main() {
    let (mut total, item) = (10, 1);
    unsafe { add_twice(&raw mut total, &raw const item) };
    println!("two places: {total}");

    let mut total = 10;
    let pointer = &raw mut total;
    unsafe { add_twice(pointer, pointer) };
    println!("one place:  {total}");
}
// ANCHOR_END: all
