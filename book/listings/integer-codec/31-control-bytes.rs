//! Lengths apart from values: two bits for each of four values in a control byte.
//@ check-pass
// ANCHOR: all
// ANCHOR: codec
fn bytes_used(n: u32) -> usize {
    (u32::BITS - n.leading_zeros()).div_ceil(8).max(1) as usize
}

fn encode(values: &[u32]) -> (Vec<u8>, Vec<u8>) {
    let (mut control, mut data) = (Vec::new(), Vec::new());
    for four in values.chunks(4) {
        let mut byte = 0;
        for (i, n) in four.iter().enumerate() {
            let length = bytes_used(*n);
            byte |= (length - 1) << (2 * i);
            data.extend_from_slice(&n.to_le_bytes()[..length]);
        }
        control.push(byte as u8);
    }
    (control, data)
}

fn decode(control: &[u8], mut data: &[u8], count: usize) -> Option<Vec<u32>> {
    let mut values = Vec::new();
    for i in 0..count {
        let code = control.get(i / 4)? >> (2 * (i % 4)) & 3;
        let (used, rest) = data.split_at_checked(1 + usize::from(code))?;
        let mut content = [0; 4];
        content[..used.len()].copy_from_slice(used);
        values.push(u32::from_le_bytes(content));
        data = rest;
    }
    Some(values)
}
// ANCHOR_END: codec

fn main() {
    let values = [1, 300, 70_000, 5, 16_777_216, 6];
    let (control, data) = encode(&values);
    for control in &control {
        println!("control {control:08b}");
    }
    println!("data {data:?}");
    assert_eq!(decode(&control, &data, values.len()), Some(values.to_vec()));
    assert_eq!(decode(&control, &data[..11], values.len()), None);
}
// ANCHOR_END: all
