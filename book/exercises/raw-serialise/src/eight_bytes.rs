//! Exercise 4: a text in eight bytes.
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

/// The eight bytes of `text`. It is `None` if the text does not fit, or the length is not one that a text
/// elsewhere can have.
#[must_use]
pub fn pack(text: Packed<'_>) -> Option<[u8; 8]> {
    todo!("pack {text:?}")
}

/// What `pack` made the bytes of; `None` if it never makes such bytes.
#[must_use]
pub fn unpack(bytes: &[u8; 8]) -> Option<Packed<'_>> {
    todo!("unpack {bytes:?}")
}
