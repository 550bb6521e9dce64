//! Text without an allocator: a buffer of fixed size to format into, and bytes in units.

use core::fmt::{self, Write};

/// Text of at most `N` bytes, wherever it lies. What does not fit is cut off, and noted.
#[derive(Clone, Copy)]
pub(crate) struct Text<const N: usize> {
    /// `bytes[..len]` is UTF-8: whole characters, copied from a `str`.
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    /// What `arguments` say. `Text::<40>::of(format_args!("{size} bytes"))`
    pub(crate) fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self { bytes: [0; N], len: 0 };
        // An error: it was too long, and is cut off.
        let _ = text.write_fmt(arguments);
        text
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let mut fits = more.len().min(N - self.len);
        while !more.is_char_boundary(fits) {
            fits -= 1;
        }
        self.bytes[self.len..self.len + fits].copy_from_slice(&more.as_bytes()[..fits]);
        self.len += fits;
        if fits == more.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// A number of bytes: `17 B`, `1.5 KiB`, `2.0 GiB`.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(pub(crate) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0 as f64;
        let mut units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].into_iter();
        let mut unit = "B";
        // 1023.95 would be printed as 1024.0.
        while value >= if unit == "B" { 1024.0 } else { 1023.95 } {
            let Some(next) = units.next() else { break };
            value /= 1024.0;
            unit = next;
        }
        let digits = usize::from(unit != "B");
        f.pad(Text::<32>::of(format_args!("{value:.digits$} {unit}")).as_str())
    }
}

/// A share of a whole: `12.5 %`.
#[derive(Clone, Copy)]
pub(crate) struct Percent(pub(crate) f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Text::<32>::of(format_args!("{:.1} %", self.0 * 100.0)).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn bytes_have_units() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            ((1 << 20) - 1, "1.0 MiB"),
            (1 << 20, "1.0 MiB"),
            (3 << 30, "3.0 GiB"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert!(!Bytes(usize::MAX).to_string().is_empty());
        assert_eq!(std::format!("{:>9}|", Bytes(1536)), "  1.5 KiB|");
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(Text::<4>::of(format_args!("ab{}", "cé")).as_str(), "abc");
        assert_eq!(Text::<5>::of(format_args!("ab{}", "cé")).as_str(), "abcé");
        assert_eq!(Text::<0>::of(format_args!("a")).as_str(), "");
    }
}
