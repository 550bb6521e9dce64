//! A list in a list in a list: four bytes of the file are one more call on the stack.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// Checks the list at `at`, and counts how many calls are under way at most. A list is
/// the distance of the list in it, in words, or 0 if it is empty.
fn check(block: &[u32], at: usize, cursor: &mut usize, depth: usize) -> Result<usize, String> {
    if at != *cursor || at >= block.len() {
        return Err(format!("no list at {at}"));
    }
    *cursor += 1;
    match block[at] {
        0 => Ok(depth),
        distance => check(block, at.saturating_add(distance as usize), cursor, depth + 1),
    }
}

fn nested(depth: usize) -> Vec<u32> {
    let mut block = vec![1; depth - 1];
    block.push(0);
    block
}
// ANCHOR_END: part

fn main() {
    for depth in [1, 10, 100, 1000, 10_000] {
        let block = nested(depth);
        let calls = check(&block, 0, &mut 0, 1);
        println!("{:5} bytes: {calls:?}", size_of_val(&block[..]));
    }
}
// ANCHOR_END: all
