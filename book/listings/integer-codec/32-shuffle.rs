//! The same with a shuffle: four values at once, from a table with a row for each control byte.
//@ check-pass
// ANCHOR: all
// ANCHOR: shuffle
/// What `pshufb` does, in one instruction: byte `i` of the result is the one that
/// `places[i]` names, or 0 if its highest bit is set.
fn shuffle(bytes: [u8; 16], places: [u8; 16]) -> [u8; 16] {
    places.map(|place| if place & 0x80 != 0 { 0 } else { bytes[usize::from(place & 15)] })
}
// ANCHOR_END: shuffle

// ANCHOR: table
/// For each control byte: where each byte of the four values is in the data, and the
/// length of that.
const fn table() -> [([u8; 16], u8); 256] {
    let mut table = [([0x80; 16], 0); 256];
    let mut control = 0;
    while control < 256 {
        let (mut value, mut data) = (0, 0);
        while value < 4 {
            let length = 1 + (control >> (2 * value) & 3);
            let mut byte = 0;
            while byte < length {
                table[control].0[4 * value + byte] = data;
                data += 1;
                byte += 1;
            }
            value += 1;
        }
        table[control].1 = data;
        control += 1;
    }
    table
}

static TABLE: [([u8; 16], u8); 256] = table();
// ANCHOR_END: table

// ANCHOR: decode
/// Four values for each control byte.
fn decode(control: &[u8], mut data: &[u8]) -> Option<Vec<u32>> {
    let mut values = Vec::new();
    for &control in control {
        let (places, used) = TABLE[usize::from(control)];
        // Sixteen bytes are read, whatever is used. Near the end they are not there.
        let sixteen = data.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [0; 16];
            padded[..data.len()].copy_from_slice(data);
            padded
        });
        data = data.get(usize::from(used)..)?;
        let lanes = shuffle(sixteen, places);
        values.extend(lanes.as_chunks().0.iter().map(|&lane| u32::from_le_bytes(lane)));
    }
    Some(values)
}
// ANCHOR_END: decode

fn main() {
    let (places, used) = TABLE[0b00_10_01_00];
    println!("1, 2, 3, 1 bytes: {used} of data");
    println!("{places:02x?}");
    let data = [1, 44, 1, 112, 17, 1, 5, 0, 0, 0, 1, 6, 7, 8];
    println!("{:?}", decode(&[0b00_10_01_00, 0b00_00_00_11], &data));
    assert_eq!(decode(&[0b00_10_01_00, 0b00_00_00_11], &data[..13]), None);
}
// ANCHOR_END: all
