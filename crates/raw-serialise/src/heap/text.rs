//! Strings.

use core::convert::Infallible;

use crate::check::{Checker, Failed, Reason};
use crate::stored::{Kind, Ptr, PtrMut, Stored, Type};

/// Text as it is stored: eight bytes, aligned to four.
///
/// Up to eight bytes of text are the text itself, filled up with `FF`, which no text contains. Longer
/// text lies elsewhere, and the eight bytes are its length and the distance to it: byte 0 holds the
/// lowest 6 bits of the length below the bits `10`, with which no text begins, and bytes 1 to 3 the
/// next 24, lowest first; bytes 4 to 7 are the distance, in the byte order of the file.
#[derive(Debug)]
pub struct Str(Infallible);

#[cfg(feature = "alloc")]
/// The longest text that can be stored, in bytes: 1 GiB - 1.
pub(crate) const MAX_TEXT: usize = (1 << 30) - 1;

/// Text of at most so many bytes is stored in the place of its pointer.
pub(crate) const INLINE: usize = 8;

#[cfg(feature = "alloc")]
/// The length in bytes 0 to 3, if the text lies elsewhere.
#[inline]
pub(crate) fn length_word(length: u32) -> [u8; 4] {
    (0x80 | (length & 0x3f) | (length >> 6) << 8).to_le_bytes()
}

/// The eight bytes of a text that is short enough to be stored in the place of its pointer.
///
/// A copy of a length that is not known is a call, which takes longer than all of this.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn inline_word(text: &[u8]) -> Option<[u8; INLINE]> {
    let length = text.len();
    let word = if let (Some(front), Some(back)) = (text.first_chunk::<4>(), text.last_chunk::<4>())
    {
        if length > INLINE {
            return None;
        }
        // They may overlap.
        let back = u64::from(u32::from_le_bytes(*back)) << (8 * (length - 4));
        u64::from(u32::from_le_bytes(*front)) | back
    } else if let (Some(first), Some(middle), Some(last)) =
        (text.first(), text.get(length / 2), text.last())
    {
        // So may these: one way for one, two and three bytes, and nothing to guess for the processor.
        let middle = u64::from(*middle) << (8 * (length / 2));
        u64::from(*first) | middle | u64::from(*last) << (8 * (length - 1))
    } else {
        0
    };
    let filling = u64::MAX.checked_shl(8 * text.len() as u32).unwrap_or(0);
    Some((word | filling).to_le_bytes())
}

/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// What eight bytes say of a text.
enum Form {
    Here { length: usize },
    There { length: u32, distance: u32 },
}

#[inline]
fn form(bytes: [u8; 8]) -> Form {
    if bytes[0] & 0xc0 == 0x80 {
        let [a, b, c, d, e, f, g, h] = bytes;
        let word = u32::from_le_bytes([a, b, c, d]);
        let length = (word & 0x3f) | word >> 8 << 6;
        Form::There { length, distance: u32::from_ne_bytes([e, f, g, h]) }
    } else {
        let filling = u64::from_le_bytes(bytes).leading_ones() / 8;
        Form::Here { length: INLINE - filling as usize }
    }
}

#[inline]
fn eight(bytes: &[u8]) -> [u8; 8] {
    let mut all = [0; 8];
    all.copy_from_slice(bytes);
    all
}

// SAFETY: 1: 8 is a multiple of 4. 2: the text that `view` finds by the same `form` was claimed, as a
// part of the block, and is UTF-8. 3: not so. 4: nothing can be written. 5: a `&str` writes nothing.
unsafe impl Stored for Str {
    const SIZE: usize = 8;
    const ALIGN: usize = 4;
    const ANY_BYTES: bool = false;
    const TYPE: Type = Type::of::<Self>("str", Kind::Str);
    type Ref<'a> = &'a str;
    type Mut<'a> = &'a str;

    #[inline]
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
        match form(eight(bytes)) {
            Form::Here { length } => {
                // ASCII in all eight bytes but the filling, which is the highest ones.
                let filled = u64::MAX.checked_shl(length as u32 * 8).unwrap_or(0);
                if u64::from_le_bytes(eight(bytes)) & !filled & HIGH == 0 {
                    return Ok(());
                }
                utf8_beyond_ascii(&bytes[..length], at, checker)
            }
            Form::There { length, .. } if length as usize <= INLINE => {
                Err(checker.fail(at, Reason::Text))
            }
            Form::There { length, distance } => {
                let (start, text) = checker.claim(at, distance, length, 1, 1)?;
                utf8(text, start, checker)
            }
        }
    }

    #[inline]
    fn view(ptr: Ptr<'_, Self>) -> &str {
        let bytes = ptr.bytes();
        let text = match form(eight(bytes)) {
            Form::Here { length } => {
                // SAFETY: `form` counts at most eight.
                unsafe { bytes.get_unchecked(..length) }
            }
            Form::There { length, distance } => {
                // SAFETY: `claim` has found so many bytes there, in the same block.
                let start = unsafe { ptr.address().add(distance as usize) };
                // SAFETY: as above; `Ptr` 2: they can be read for as long as the view is used.
                unsafe { core::slice::from_raw_parts(start.as_ptr(), length as usize) }
            }
        };
        // SAFETY: checked by `utf8`.
        unsafe { core::str::from_utf8_unchecked(text) }
    }

    #[inline]
    fn view_mut(ptr: PtrMut<'_, Self>) -> &str {
        ptr.into_shared().view()
    }
}

#[inline]
fn utf8(text: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
    // Most text is ASCII and short. The standard library's check begins byte by byte, up to a
    // multiple of eight.
    if is_ascii(text) { Ok(()) } else { utf8_beyond_ascii(text, at, checker) }
}

#[cold]
fn utf8_beyond_ascii(text: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed> {
    match core::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(checker.fail(at, Reason::Utf8(error.valid_up_to()))),
    }
}

/// Whether no byte has its highest bit set. Eight at a time; the last eight may overlap others.
#[inline]
fn is_ascii(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        return text.iter().all(u8::is_ascii);
    };
    let mut seen = u64::from_ne_bytes(*last);
    let (eights, _) = text.as_chunks::<8>();
    for eight in eights {
        seen |= u64::from_ne_bytes(*eight);
    }
    seen & HIGH == 0
}
