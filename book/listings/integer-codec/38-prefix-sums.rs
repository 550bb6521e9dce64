//! Sums of all that came before, in steps of 1, 2 and 4 lanes.
//@ check-pass
// ANCHOR: all
/// Lane `i` moves to lane `i + by`; zeros come in from the left. One instruction.
fn shift(lanes: [u32; 8], by: usize) -> [u32; 8] {
    std::array::from_fn(|i| if i < by { 0 } else { lanes[i - by] })
}

fn add(a: [u32; 8], b: [u32; 8]) -> [u32; 8] {
    std::array::from_fn(|i| a[i].wrapping_add(b[i]))
}

fn main() {
    let differences = [3, 1, 4, 1, 5, 9, 2, 6];
    let mut sums = differences;
    for by in [1, 2, 4] {
        sums = add(sums, shift(sums, by));
        println!("{by}: {sums:?}");
    }

    let mut sum = 0;
    let one_by_one = differences.map(|n| {
        sum += n;
        sum
    });
    assert_eq!(sums, one_by_one);
}
// ANCHOR_END: all
