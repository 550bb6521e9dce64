//! A count is a claim about the bytes that follow: it is compared with them first.
//@ check-pass
// ANCHOR: all
#[derive(Debug)]
#[expect(dead_code, reason = "it is only printed")]
enum Error {
    UnexpectedEnd { missing: u64 },
}

fn decode(input: &[u8]) -> Result<Vec<u32>, Error> {
    let Some((&count, data)) = input.split_first_chunk() else {
        return Err(Error::UnexpectedEnd { missing: 8 - input.len() as u64 });
    };
    // Saturating: a product that wraps would be a small claim.
    let claimed = u64::from_le_bytes(count).saturating_mul(4);
    let missing = claimed.saturating_sub(data.len() as u64);
    if missing > 0 {
        return Err(Error::UnexpectedEnd { missing });
    }
    let (chunks, _) = data[..claimed as usize].as_chunks();
    Ok(chunks.iter().map(|&chunk| u32::from_le_bytes(chunk)).collect())
}

fn main() {
    println!("{:?}", decode(&[1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]));
    println!("{:?}", decode(&[2, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]));
    println!("{:?}", decode(&[0, 0, 0, 0, 0, 0, 0, 64]));
}
// ANCHOR_END: all
