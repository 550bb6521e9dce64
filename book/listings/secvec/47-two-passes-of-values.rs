//! Reading all elements twice, until both times they are the same.
//@ check-pass
// ANCHOR: all
use std::sync::atomic::{AtomicU32, Ordering};

fn main() {
    let slots = [AtomicU32::new(4), AtomicU32::new(6)];
    let set = |index: usize, value: u32| slots[index].store(value, Ordering::Release);
    let get = |index: usize| slots[index].load(Ordering::Acquire);

    let mut passes = [[0; 2]; 2];
    for pass in &mut passes {
        pass[0] = get(0);
        // Between the two looks of each pass ..
        set(0, 3);
        set(1, 7);
        pass[1] = get(1);
        // .. and before the next pass. It is never [4, 7].
        set(1, 6);
        set(0, 4);
    }
    let equal = passes[0] == passes[1];
    println!("{passes:?}: {}", if equal { "the same, so it is taken" } else { "look again" });
    assert!(equal);
}
// ANCHOR_END: all
