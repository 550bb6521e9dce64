//! One cursor: each node must begin exactly where the one before it ended.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// Checks the node at `at` and all below it. Everything before `cursor` belongs to a
/// node that was checked; nothing behind it does.
fn check(block: &[u32], at: usize, cursor: &mut usize) -> Result<(), String> {
    if at != *cursor {
        return Err(format!("a node at {at}, expected at {cursor}"));
    }
    *cursor += 2;
    for here in [at, at + 1] {
        let Some(&distance) = block.get(here) else {
            return Err(format!("cut short at {here}"));
        };
        if distance != 0 {
            check(block, here.saturating_add(distance as usize), cursor)?;
        }
    }
    Ok(())
}

/// Checks a whole block.
fn open(block: &[u32]) -> Result<(), String> {
    let mut cursor = 0;
    check(block, 0, &mut cursor)?;
    if cursor != block.len() {
        return Err(format!("a node at {cursor} that nobody points at"));
    }
    Ok(())
}
// ANCHOR_END: part

fn main() {
    // A node, its left child, the child of that, the right child.
    println!("tree      {:?}", open(&[2, 5, 2, 0, 0, 0, 0, 0]));
    println!("sharing   {:?}", open(&[2, 1, 2, 1, 0, 0]));
    println!("overlap   {:?}", open(&[2, 2, 0, 0, 0]));
    println!("gap       {:?}", open(&[3, 0, 7, 0, 0]));
    println!("itself    {:?}", open(&[0, u32::MAX]));
    println!("backward  {:?}", open(&[2, 0, u32::MAX - 1, 0]));
    println!("trailing  {:?}", open(&[2, 0, 0, 0, 7, 7]));
    println!("cut       {:?}", open(&[2, 0, 0]));
    println!("far away  {:?}", open(&[4000, 0]));
}
// ANCHOR_END: all
