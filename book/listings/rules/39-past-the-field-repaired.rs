//! The pointer is made from the whole pair.
//@ check-pass
// ANCHOR: all
#[repr(C)]
struct Pair {
    left: u32,
    right: u32,
}

fn main() {
    let mut pair = Pair { left: 1, right: 2 };
    let left = (&raw mut pair).cast::<u32>();
    unsafe { *left.add(1) = 7 };
    println!("{} {}", pair.left, pair.right);
}
// ANCHOR_END: all
