//! Reading trusts the length byte.
//@ check-pass
//@ normalize-stderr-test: "thread 'main' \([0-9]+\)" -> "thread 'main'"
// ANCHOR: all
use std::panic::catch_unwind;

#[derive(Debug)]
#[expect(dead_code, reason = "so far it is only printed")]
struct Integer {
    content: [u8; 8],
    bytes_used: usize,
}

impl Integer {
    fn deserialise(bytes: &[u8]) -> Self {
        let bytes_used = bytes[0] as usize;
        let mut content = [0; 8];
        for (i, &byte) in bytes[1..=bytes_used].iter().enumerate() {
            content[i] = byte;
        }
        Integer { content, bytes_used }
    }
}

fn main() {
    println!("{:?}", Integer::deserialise(&[2, 232, 3]));

    // Three inputs that nobody wrote with `serialise`: cut, empty, and too long for any u64.
    assert!(catch_unwind(|| Integer::deserialise(&[2, 232])).is_err());
    assert!(catch_unwind(|| Integer::deserialise(&[])).is_err());
    assert!(catch_unwind(|| Integer::deserialise(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 9])).is_err());
}
// ANCHOR_END: all
