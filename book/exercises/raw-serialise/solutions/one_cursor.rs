//! Exercise 3: texts behind one cursor. A solution.
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
    let mut block = Vec::new();
    push(&mut block, 8, texts.len());
    // Where the next text will be.
    let mut cursor = 8 + 8 * texts.len();
    for text in texts {
        push(&mut block, cursor, text.len());
        cursor += text.len();
    }
    block.extend(texts.iter().flat_map(|text| text.bytes()));
    block
}

/// Append a pointer to what will be at `to`.
fn push(block: &mut Vec<u8>, to: usize, len: usize) {
    let distance = to - block.len();
    block.extend((distance as u32).to_le_bytes());
    block.extend((len as u32).to_le_bytes());
}

/// The texts of a block. What is wrong is looked for in the order of the bytes: a pointer's place, then
/// whether all is there that it leads to, then what that is.
///
/// # Errors
///
/// Those of [`Error`].
pub fn decode(block: &[u8]) -> Result<Vec<&str>, Error> {
    let mut cursor = Cursor { block, at: 0 };
    let list = cursor.take(8)?;
    let count = cursor.follow(list, 0)?;
    let start = cursor.at;
    // Only now is `count` bounded: by what is there.
    let pointers = cursor.take(8 * u64::from(count))?;
    let mut texts = Vec::with_capacity(count as usize);
    for (index, pointer) in pointers.chunks_exact(8).enumerate() {
        let len = cursor.follow(pointer, start + 8 * index)?;
        let at = cursor.at;
        let text = std::str::from_utf8(cursor.take(len.into())?);
        texts.push(text.map_err(|_| Error::NotText { at })?);
    }
    if cursor.at < block.len() {
        return Err(Error::Trailing { at: cursor.at });
    }
    Ok(texts)
}

/// What is before `at` belongs to an object that was checked.
struct Cursor<'a> {
    block: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next object.
    fn take(&mut self, len: u64) -> Result<&'a [u8], Error> {
        let rest = &self.block[self.at..];
        let Some(object) = usize::try_from(len).ok().and_then(|len| rest.get(..len)) else {
            return Err(Error::Cut { at: self.at });
        };
        self.at += object.len();
        Ok(object)
    }

    /// The length in a pointer at `at`, if that leads here.
    fn follow(&self, pointer: &[u8], at: usize) -> Result<u32, Error> {
        let half = |from| pointer[from..].first_chunk().copied().map_or(0, u32::from_le_bytes);
        let found = at as u64 + u64::from(half(0));
        if found != self.at as u64 {
            return Err(Error::Place { at, expected: self.at, found });
        }
        Ok(half(4))
    }
}
