//! A header of 48 bytes, each of which is compared with what it should be.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
const MAGIC: &[u8; 8] = b"\x89RAW\r\n\x1a\n";
const VERSION: u32 = 1;
const ORDER: u32 = 0x0102_0304;

/// 0 the magic, 8 the version, 12 the byte order, 16 the fingerprint of the type, 32
/// the number of bytes behind the header, 40 their checksum. The numbers are in this
/// machine's byte order.
fn write(fingerprint: u128, data: &[u8]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_ne_bytes());
    file.extend(ORDER.to_ne_bytes());
    file.extend(fingerprint.to_ne_bytes());
    file.extend((data.len() as u64).to_ne_bytes());
    file.extend(fnv_1a(data).to_ne_bytes());
    file.extend(data);
    file
}

fn open(file: &[u8], fingerprint: u128) -> Result<&[u8], String> {
    let Some((header, data)) = file.split_first_chunk::<48>() else {
        return Err(format!("{} bytes, and a header has 48", file.len()));
    };
    let expected = write(fingerprint, data);
    let parts = [
        ("magic", 0..8),
        ("byte order", 12..16), // Before the numbers that are in it.
        ("version", 8..12),
        ("fingerprint", 16..32),
        ("length", 32..40),
        ("checksum", 40..48),
    ];
    for (name, range) in parts {
        let (expected, found) = (&expected[range.clone()], &header[range.clone()]);
        if expected != found {
            let at = range.start;
            return Err(format!("{name} at {at}: expected {expected:02x?}, found {found:02x?}"));
        }
    }
    Ok(data)
}
// ANCHOR_END: part

fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

// ANCHOR: main
fn main() {
    let (reading, payment) = (7, 8); // Fingerprints; see above for better ones.
    let file = write(reading, b"a reading has 24 bytes..");
    println!("as written: {:?}", open(&file, reading).is_ok());

    println!("another type: {:?}", open(&file, payment));

    let mut swapped = file.clone();
    for number in [8..12, 12..16, 16..32, 32..40, 40..48] {
        swapped[number].reverse();
    }
    println!("the other byte order: {:?}", open(&swapped, reading));

    let lines: Vec<&[u8]> = file.split(|&byte| byte == b'\n').collect();
    println!("LF to CR LF: {:?}", open(&lines.join(&b"\r\n"[..]), reading));

    println!("cut short: {:?}", open(&file[..60], reading));

    let flips = (0..file.len() * 8).filter(|bit| {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        open(&damaged, reading).is_ok()
    });
    println!("missed, of {} flipped bits: {}", file.len() * 8, flips.count());
}
// ANCHOR_END: main
// ANCHOR_END: all
