//! Exercise 4: a text in eight bytes. A solution.
//!
//! A pointer to a text is a distance and a length. A text of up to eight bytes fits in there itself; the
//! bytes that it does not need are 0xff. How is the one told from the other? You choose the form of the
//! pointer, and the tests do not look at it. In UTF-8 no character begins with a byte 0b10xx_xxxx.

/// What is in the eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed<'a> {
    /// The text itself, of up to eight bytes.
    Here(&'a str),
    /// How far away it is, and how long: more than 8, and less than 2^30.
    Away {
        /// The distance.
        distance: u32,
        /// The length.
        len: u32,
    },
}

/// In the first byte of a pointer, where a text has none.
const AWAY: u8 = 0b1000_0000;
const KIND: u8 = 0b1100_0000;
/// What is in the bytes that a text does not need. UTF-8 never has it.
const UNUSED: u8 = 0xff;

/// The eight bytes of `text`. It is `None` if the text does not fit, or the length is not one that a text
/// elsewhere can have.
#[must_use]
pub fn pack(text: Packed<'_>) -> Option<[u8; 8]> {
    let mut bytes = [UNUSED; 8];
    match text {
        Packed::Here(text) => bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes()),
        Packed::Away { distance, len } => {
            if !(9..1 << 30).contains(&len) {
                return None;
            }
            bytes[..4].copy_from_slice(&len.to_be_bytes());
            // The highest two bits of the length are free, and they come first.
            bytes[0] |= AWAY;
            bytes[4..].copy_from_slice(&distance.to_be_bytes());
        }
    }
    Some(bytes)
}

/// What `pack` made the bytes of; `None` if it never makes such bytes.
#[must_use]
pub fn unpack(bytes: &[u8; 8]) -> Option<Packed<'_>> {
    let [a, b, c, d, distance @ ..] = *bytes;
    let unpacked = if a & KIND == AWAY {
        let len = u32::from_be_bytes([a & !KIND, b, c, d]);
        Packed::Away { distance: u32::from_be_bytes(distance), len }
    } else {
        let used = bytes.iter().position(|&byte| byte == UNUSED).unwrap_or(8);
        Packed::Here(std::str::from_utf8(&bytes[..used]).ok()?)
    };
    // The shortest proof that there is one form for each: make it again.
    (pack(unpacked)? == *bytes).then_some(unpacked)
}
