//! A distance without a sign leads forward, and the block has an end.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// The sum of a list. An entry is a number and the distance of the next entry, in words
/// of the block; the last one has 0 there.
fn sum(block: &[u32]) -> Result<u32, String> {
    let (mut at, mut sum) = (0_usize, 0_u32);
    loop {
        let entry: Option<&[u32; 2]> = block.get(at..).and_then(|rest| rest.first_chunk());
        let Some(&[number, distance]) = entry else {
            return Err(format!("no entry at {at}"));
        };
        sum = sum.wrapping_add(number);
        if distance == 0 {
            return Ok(sum);
        }
        at = at.saturating_add(distance as usize);
    }
}

fn main() {
    println!("{:?}", sum(&[10, 2, 20, 2, 30, 0]));
    println!("{:?}", sum(&[10, 2, 20, 200, 30, 0]));
    println!("{:?}", sum(&[10, 2, 20, (-2_i32).cast_unsigned(), 30, 0]));
}
// ANCHOR_END: part
// ANCHOR_END: all
