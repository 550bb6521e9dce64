//! Exercise 3: texts behind one cursor.
//!
//! A block is a list of texts. First comes the pointer to the list, then the pointers to the texts, one
//! after the other, then the texts, in the same order, with nothing in between. A pointer is a distance
//! from its own first byte and a length, four bytes each, least significant first. The length of the
//! list is in texts, that of a text in bytes.

/// What is wrong with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// It ends before what should be at this place does.
    Cut {
        /// Where the pointer, the list or the text begins that is not all there.
        at: usize,
    },
    /// A pointer does not lead to where the last object ended.
    Place {
        /// Where the pointer is.
        at: usize,
        /// Where it should lead.
        expected: usize,
        /// Where it leads.
        found: u64,
    },
    /// A text is not UTF-8.
    NotText {
        /// Where it begins.
        at: usize,
    },
    /// There is something behind the last object.
    Trailing {
        /// Where it begins.
        at: usize,
    },
}

/// The block of `texts`. All of it has less than 4 GiB.
#[must_use]
pub fn encode(texts: &[&str]) -> Vec<u8> {
    todo!("encode {} texts", texts.len())
}

/// The texts of a block. What is wrong is looked for in the order of the bytes: a pointer's place, then
/// whether all is there that it leads to, then what that is.
///
/// # Errors
///
/// Those of [`Error`].
pub fn decode(block: &[u8]) -> Result<Vec<&str>, Error> {
    todo!("decode the texts of {} bytes", block.len())
}
