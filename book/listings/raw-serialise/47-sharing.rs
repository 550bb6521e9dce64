//! Every distance leads forward, and the work doubles with every eight bytes.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// Checks the node at `at` and all below it, and counts the visits. A node is the
/// distances of its two children, in words; 0 means none.
fn check(block: &[u32], at: usize, visits: &mut u64) -> Result<(), String> {
    *visits += 1;
    for here in [at, at + 1] {
        let Some(&distance) = block.get(here) else {
            return Err(format!("nothing at {here}"));
        };
        if distance != 0 {
            check(block, here.saturating_add(distance as usize), visits)?;
        }
    }
    Ok(())
}

/// Each node has the next one for its left child and for its right child.
fn laughs(levels: usize) -> Vec<u32> {
    let mut block = [2, 1].repeat(levels - 1);
    block.extend([0, 0]);
    block
}
// ANCHOR_END: part

fn main() {
    for levels in [1, 2, 3, 4, 8, 12] {
        let block = laughs(levels);
        let mut visits = 0;
        let result = check(&block, 0, &mut visits);
        println!("{:3} bytes: {visits:4} visits, {result:?}", size_of_val(&block[..]));
    }
}
// ANCHOR_END: all
