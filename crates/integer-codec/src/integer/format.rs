//! To text: decimal, hexadecimal, octal, binary.

use core::fmt;

use super::Integer;

impl Integer {
    fn fmt_radix(
        self,
        f: &mut fmt::Formatter<'_>,
        radix: u8,
        prefix: &str,
        digits: &[u8; 16],
    ) -> fmt::Result {
        // Filled from the end; 128 digits are the most, in binary.
        let mut text = [0; 128];
        let mut start = text.len();
        let mut rest = self.magnitude;
        loop {
            start -= 1;
            text[start] = digits[(rest % u128::from(radix)) as usize];
            rest /= u128::from(radix);
            if rest == 0 {
                break;
            }
        }
        let text = str::from_utf8(&text[start..]).map_err(|_| fmt::Error)?;
        f.pad_integral(!self.negative, prefix, text)
    }
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Decimal, with the flags of the standard library: sign, width, fill, alignment.
///
/// ```
/// use integer_codec::Integer;
///
/// assert_eq!(format!("{:>+6}|{:06}", Integer::from(42), Integer::from(-42)), "   +42|-00042");
/// ```
impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_radix(f, 10, "", LOWER)
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integer({self})")
    }
}

/// A sign and the magnitude. There is no width whose two's complement could be shown.
///
/// ```
/// use integer_codec::Integer;
///
/// assert_eq!(format!("{:#x}", Integer::from(-255)), "-0xff");
/// ```
impl fmt::LowerHex for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_radix(f, 16, "0x", LOWER)
    }
}

/// A sign and the magnitude.
impl fmt::UpperHex for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_radix(f, 16, "0x", UPPER)
    }
}

/// A sign and the magnitude.
impl fmt::Octal for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_radix(f, 8, "0o", LOWER)
    }
}

/// A sign and the magnitude.
impl fmt::Binary for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_radix(f, 2, "0b", LOWER)
    }
}
