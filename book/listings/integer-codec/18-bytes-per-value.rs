//! How many bytes each format takes, as the table of the page.
//@ check-pass
// ANCHOR: all
fn bytes(n: u128) -> u32 {
    (u128::BITS - n.leading_zeros()).div_ceil(8)
}

/// A length byte, then the bytes. Zero takes one, as in the first version.
fn length_prefixed(n: u128) -> u32 {
    1 + bytes(n).max(1)
}

fn limit(n: u128, limit: u128) -> u32 {
    if n <= limit { 1 } else { 1 + bytes(n) }
}

/// Seven bits a byte; the eighth says whether more follow.
fn leb128(n: u128) -> u32 {
    (u128::BITS - n.leading_zeros()).div_ceil(7).max(1)
}

/// Up to 250 the byte itself; then a marker and a whole u16, u32, u64 or u128.
fn bincode_2(n: u128) -> u32 {
    match n {
        0..=250 => 1,
        251..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        0x1_0000_0000..=0xffff_ffff_ffff_ffff => 9,
        _ => 17,
    }
}

fn main() {
    println!("| value | length byte | narrow, 247 | wide, 239 | LEB128 | bincode 2 |");
    println!("|---|---|---|---|---|---|");
    let small = [0, 127, 128, 239, 240, 247, 248, 250, 251, 255, 256, 1000, 16383, 16384, 65535];
    let rows = small.map(|n: u128| (n, n.to_string()));
    let powers = [16, 21, 24, 28, 32, 35, 40, 48, 56, 63, 64, 120, 127];
    let rows = rows.into_iter().chain(powers.map(|bits| (1 << bits, format!("2^{bits}"))));
    for (n, name) in rows.chain([(u128::MAX, "2^128 - 1".to_owned())]) {
        let narrow = match u64::try_from(n) {
            Ok(_) => limit(n, 247).to_string(),
            Err(_) => "–".to_owned(),
        };
        println!(
            "| {name} | {} | {narrow} | {} | {} | {} |",
            length_prefixed(n),
            limit(n, 239),
            leb128(n),
            bincode_2(n),
        );
    }
}
// ANCHOR_END: all
