//! A map as text, for a terminal.

use core::fmt;

use super::Map;
use super::cells::Shade;
use crate::text::Bytes;

impl<const N: usize> Map<N> {
    /// The map as rows of `width` cells, at least one, a character each; with the address of each
    /// region, the offset of each row in it, and a legend. There is no end of line after the last.
    pub fn text(&self, width: usize) -> Text<'_, N> {
        Text { map: self, width: width.max(1) }
    }
}

/// A map that prints as text: see [`Map::text`].
#[derive(Debug)]
pub struct Text<'a, const N: usize> {
    map: &'a Map<N>,
    width: usize,
}

impl<const N: usize> fmt::Display for Text<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for region in self.map.regions() {
            let size = region.iter().map(|cell| cell.size()).sum();
            writeln!(f, "{} at {:#x}", Bytes(size), region[0].address)?;
            for (number, row) in region.chunks(self.width).enumerate() {
                write!(f, "{:>10} |", number * self.width * self.map.cell_size())?;
                for cell in row {
                    f.write_str(glyph(cell.shade()))?;
                }
                for _ in row.len()..self.width.min(region.len()) {
                    f.write_str(" ")?;
                }
                f.write_str("|\n")?;
            }
        }
        if self.map.left_out() != 0 {
            writeln!(f, "and {} in further regions", Bytes(self.map.left_out()))?;
        }
        write!(f, "a cell is {}: █ given out  ▓▒░ in part  ", Bytes(self.map.cell_size()))?;
        f.write_str("· free  # books  - given back to the system")
    }
}

fn glyph(shade: Shade) -> &'static str {
    match shade {
        Shade::Free => "·",
        Shade::Part(0) => "░",
        Shade::Part(1) => "▒",
        Shade::Part(_) => "▓",
        Shade::Full => "█",
        Shade::Book => "#",
        Shade::Returned => "-",
    }
}
