//! Somewhere to show things, that only counts.

use std::fmt::{self, Debug, Write};

/// Takes so many bytes of text and looks, and no more: a list of four billion values without bytes
/// fits into eight.
#[derive(Debug)]
pub(crate) struct Sink {
    left: usize,
}

impl Sink {
    /// Enough for all that an honest input of a few hundred bytes can hold.
    pub(crate) const fn new() -> Self {
        Self { left: 1 << 14 }
    }

    /// Shows a value.
    pub(crate) fn show(&mut self, value: &impl Debug) {
        let _ = write!(self, "{value:?}");
    }

    /// Whether there is still room; takes some of it.
    pub(crate) const fn room(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Whether something may have been left out.
    pub(crate) const fn is_full(&self) -> bool {
        self.left == 0
    }
}

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.left.checked_sub(text.len()) {
            Some(left) => self.left = left,
            None => {
                self.left = 0;
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}
