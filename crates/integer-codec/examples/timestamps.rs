//! A column of timestamps as its first value and the differences, a byte or two each.
//!
//! `cargo run -p integer-codec --example timestamps`

use integer_codec::{DecodeError, VarInt};

fn encode(timestamps: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    timestamps.len().encode_to(&mut bytes);
    let mut previous = 0;
    for &timestamp in timestamps {
        // A difference of two i64 may need 65 bits: it wraps here, and back in `decode`.
        timestamp.wrapping_sub(previous).encode_to(&mut bytes);
        previous = timestamp;
    }
    bytes
}

fn decode(bytes: &[u8]) -> Result<Vec<i64>, DecodeError> {
    let (count, mut at) = usize::decode(bytes)?;
    // Each value takes a byte at least: a damaged count cannot ask for more memory than that.
    let mut timestamps = Vec::with_capacity(count.min(bytes.len()));
    let mut previous = 0i64;
    for _ in 0..count {
        let (difference, used) = i64::decode(&bytes[at..]).map_err(|error| error.at(at))?;
        previous = previous.wrapping_add(difference);
        timestamps.push(previous);
        at += used;
    }
    Ok(timestamps)
}

fn main() {
    let timestamps = [1_730_246_400_000, 1_730_246_400_250, 1_730_246_400_251, 1_730_246_400_249];
    let mut bytes = encode(&timestamps);
    println!("{} bytes instead of {}: {bytes:?}", bytes.len(), size_of_val(&timestamps));
    println!("{:?}", decode(&bytes));

    bytes.pop();
    match decode(&bytes) {
        Ok(timestamps) => println!("{timestamps:?}"),
        Err(error) => println!("cut: {error}"),
    }
}
