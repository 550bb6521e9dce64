//! The same values less the smallest, and less the one before.
//@ check-pass
// ANCHOR: all
fn bytes_used(lanes: &[u64]) -> u32 {
    lanes.iter().map(|n| (u64::BITS - n.leading_zeros()).div_ceil(8)).sum()
}

fn main() {
    let times: [u64; 6] =
        [1_700_000_000, 1_700_000_060, 1_700_000_121, 1_700_000_179, 1_700_000_240, 1_700_000_301];
    println!("plain: {} bytes", bytes_used(&times));

    let base = times.iter().min().copied().unwrap_or_default();
    let distances = times.map(|n| n - base);
    println!("less {base}: {distances:?}, {} bytes", bytes_used(&distances));

    let differences: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!("differences: {differences:?}, {} bytes", bytes_used(&differences));

    let step = differences.iter().min().copied().unwrap_or_default();
    let lanes: Vec<_> = differences.iter().map(|n| n - step).collect();
    println!("less {step}: {lanes:?}, {} bytes", bytes_used(&lanes));
}
// ANCHOR_END: all
