//! Exercise 4: a text in eight bytes.
#![allow(clippy::unwrap_used)]

use raw_serialise_exercises::eight_bytes::{Packed, pack, unpack};

const LENGTHS: [u32; 8] = [9, 10, 63, 64, 255, 256, 0x0102_0304, (1 << 30) - 1];
const DISTANCES: [u32; 6] = [0, 8, 255, 0x0102_0304, 0x8080_8080, u32::MAX];

/// Letters of one to four bytes, some at the edges. (Under Miri, which is slow, one of each.)
const LETTERS: &[char] = if cfg!(miri) {
    &['a', 'ä', '日', '𝄞']
} else {
    &['\0', 'a', '\u{7f}', 'ä', '\u{7ff}', '日', '\u{ffff}', '𝄞']
};

/// Texts of such letters, of each length up to eight.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = 0;
    while last < all.len() {
        for letter in LETTERS {
            let text = format!("{}{letter}", all[last]);
            if text.len() <= 8 && (text.len() < 5 || text.chars().count() < 4) {
                all.push(text);
            }
        }
        last += 1;
    }
    all
}

#[test]
fn a_short_text_lies_there_itself() {
    assert_eq!(pack(Packed::Here("cable")), Some(*b"cable\xff\xff\xff"));
    assert_eq!(pack(Packed::Here("is well.")), Some(*b"is well."));
    assert_eq!(pack(Packed::Here("")), Some([0xff; 8]));
    for text in texts() {
        let bytes = pack(Packed::Here(&text)).unwrap();
        assert_eq!(&bytes[..text.len()], text.as_bytes());
        assert_eq!(unpack(&bytes), Some(Packed::Here(&text)));
    }
}

#[test]
fn a_long_one_is_elsewhere() {
    for len in LENGTHS {
        for distance in DISTANCES {
            let packed = Packed::Away { distance, len };
            assert_eq!(unpack(&pack(packed).unwrap()), Some(packed));
        }
    }
}

#[test]
fn the_two_are_never_alike() {
    for len in LENGTHS {
        for distance in DISTANCES {
            let bytes = pack(Packed::Away { distance, len }).unwrap();
            let used = bytes.iter().rposition(|&byte| byte != 0xff).map_or(0, |at| at + 1);
            let text = std::str::from_utf8(&bytes[..used]);
            assert!(text.is_err(), "{bytes:02x?} is the text {text:?}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    assert_eq!(pack(Packed::Here("nine byte")), None);
    assert_eq!(pack(Packed::Here("日本語")), None);
    for len in [0, 1, 8, 1 << 30, u32::MAX] {
        assert_eq!(pack(Packed::Away { distance: 8, len }), None, "a length of {len}");
    }
}

#[test]
fn bytes_that_no_text_has() {
    for bad in [b"a\xffb\xff\xff\xff\xff\xff", b"\xffabcdefg", b"abc\xc3\xff\xff\xff\xff"] {
        assert_eq!(unpack(bad), None, "{bad:02x?}");
    }
    // The first byte of a letter of three, and no others.
    assert_eq!(unpack(b"abcdefg\xe6"), None);
    assert_eq!(unpack(b"abcdefg\xc0"), None);
}

/// One form for each, so equal texts are equal bytes.
#[test]
fn what_is_accepted_packs_to_itself() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut accepted = 0;
    for round in 0..if cfg!(miri) { 500 } else { 200_000 } {
        // xorshift64, Marsaglia 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Some of them with the end that a short text has, some short, some as they come.
        let mut bytes = state.to_le_bytes();
        if round % 3 == 0 {
            bytes[(state >> 61) as usize..].fill(0xff);
        }
        if round % 2 == 0 {
            bytes = bytes.map(|byte| if byte == 0xff { byte } else { byte & 0x7f });
        }
        if let Some(packed) = unpack(&bytes) {
            accepted += 1;
            assert_eq!(pack(packed), Some(bytes), "{packed:?}");
        }
    }
    assert!(accepted > 0);

    // Each length that a text elsewhere does not have, in the form that it would have.
    for distance in DISTANCES {
        let good = pack(Packed::Away { distance, len: 9 }).unwrap();
        for bit in 0..64 {
            let bad = (u64::from_le_bytes(good) ^ 1 << bit).to_le_bytes();
            if let Some(packed) = unpack(&bad) {
                assert_eq!(pack(packed), Some(bad), "{packed:?}");
            }
        }
    }
}
