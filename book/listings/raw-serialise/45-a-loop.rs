//! Each distance is within the block, and the reader never comes to the end.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// The sum of a list. An entry is a number and the distance of the next entry, in words
/// of the block; the last one has 0 there.
fn sum(block: &[i32]) -> Result<i32, String> {
    let (mut at, mut sum) = (0_usize, 0_i32);
    for entries in 1_u32.. {
        let entry: Option<&[i32; 2]> = block.get(at..).and_then(|rest| rest.first_chunk());
        let Some(&[number, distance]) = entry else {
            return Err(format!("no entry at {at}"));
        };
        sum = sum.wrapping_add(number);
        if distance == 0 {
            return Ok(sum);
        }
        at = at.wrapping_add_signed(distance as isize);
        if entries == 10_000 {
            // A program without this line would still be running.
            return Err(format!("stopped after {entries} entries in a block of {}", block.len()));
        }
    }
    Ok(sum)
}

fn main() {
    println!("{:?}", sum(&[10, 2, 20, 2, 30, 0]));
    println!("{:?}", sum(&[10, 2, 20, 200, 30, 0]));
    println!("{:?}", sum(&[10, 2, 20, -2, 30, 0]));
}
// ANCHOR_END: part
// ANCHOR_END: all
