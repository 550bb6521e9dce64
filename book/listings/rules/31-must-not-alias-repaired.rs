//! A copy of the item cannot change with the total.
//@ check-pass
// ANCHOR: all
/// Add `item`, twice.
fn add_twice(total: &mut u32, item: &u32) {
    *total += *item;
    *total += *item;
}

fn main() {
    let mut total = 10;
    let item = total;
    add_twice(&mut total, &item);
    println!("{total}");
}
// ANCHOR_END: all
