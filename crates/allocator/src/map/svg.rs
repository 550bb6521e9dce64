//! A map as SVG, for a page.

use core::fmt;

use super::Map;
use super::cells::{Cell, Shade};
use crate::text::Bytes;

// All in the units of the view box.
const LEFT: usize = 90;
const ROW: usize = 630;
const HEIGHT: usize = 16;
/// From one row to the next.
const STEP: usize = 20;
/// Between regions.
const GAP: usize = 8;
const LEGEND: usize = 40;

impl<const N: usize> Map<N> {
    /// The map as one `<svg>` element, for a page of any colours: lines and text have the page's, fills
    /// are translucent. Rows of `width` cells, at least one, with the offset of each in its region;
    /// addresses, which differ from run to run, are left out. `title` is what a screen reader says.
    ///
    /// There is no blank line in it, so that it may stand in Markdown.
    ///
    /// ```
    /// use allocator::FirstFit;
    /// use allocator::map::Map;
    ///
    /// static HEAP: FirstFit<4096> = FirstFit::new();
    /// let svg = Map::<256>::of(&HEAP).svg(64, "An arena with nothing in it").to_string();
    /// assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    /// ```
    pub fn svg<'a>(&'a self, width: usize, title: &'a str) -> Svg<'a, N> {
        Svg { map: self, width: width.max(1), title }
    }
}

/// A map that prints as SVG: see [`Map::svg`].
#[derive(Debug)]
pub struct Svg<'a, const N: usize> {
    map: &'a Map<N>,
    width: usize,
    title: &'a str,
}

impl<const N: usize> fmt::Display for Svg<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: usize = self.map.regions().map(|it| it.len().div_ceil(self.width)).sum();
        let regions = self.map.regions().count();
        let height = rows * STEP + regions.saturating_sub(1) * GAP + LEGEND;
        write!(f, "<svg viewBox=\"0 0 {} {height}\" role=\"img\" ", LEFT + ROW + 1)?;
        f.write_str("xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" ")?;
        writeln!(f, "font-size=\"12\" stroke=\"none\" fill=\"currentColor\">")?;
        writeln!(f, "<title>{}</title>", Escaped(self.title))?;
        let mut y = 0;
        for region in self.map.regions() {
            for (number, row) in region.chunks(self.width).enumerate() {
                let offset = Bytes(number * self.width * self.map.cell_size());
                let below = y + HEIGHT - 4;
                writeln!(
                    f,
                    "<text x=\"{}\" y=\"{below}\" text-anchor=\"end\">{offset}</text>",
                    LEFT - 8
                )?;
                self.row(f, row, y)?;
                y += STEP;
            }
            y += GAP;
        }
        self.legend(f, height - LEGEND + 24)?;
        f.write_str("</svg>")
    }
}

impl<const N: usize> Svg<'_, N> {
    /// A frame, and a rectangle for each run of cells of one shade.
    fn row(&self, f: &mut fmt::Formatter<'_>, row: &[Cell], y: usize) -> fmt::Result {
        let x = |cell: usize| LEFT as f64 + (cell * ROW) as f64 / self.width as f64;
        let mut at = 0;
        for run in row.chunk_by(|one, next| one.shade() == next.shade()) {
            let width = x(at + run.len()) - x(at);
            write!(f, "<rect x=\"{:.2}\" y=\"{y}\" width=\"{width:.2}\" ", x(at))?;
            writeln!(f, "height=\"{HEIGHT}\" {}/>", fill(run[0].shade()))?;
            at += run.len();
        }
        write!(
            f,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{:.2}\" height=\"{HEIGHT}\" ",
            x(at) - x(0)
        )?;
        writeln!(f, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"0.6\"/>")
    }

    /// What the fills mean, of those shades that are there; and the size of a cell.
    fn legend(&self, f: &mut fmt::Formatter<'_>, y: usize) -> fmt::Result {
        let mut x = LEFT;
        for (sample, name) in [
            (Shade::Full, "given out"),
            (Shade::Part(1), "in part"),
            (Shade::Free, "free"),
            (Shade::Book, "books"),
            (Shade::Returned, "given back"),
        ] {
            let is_alike = |shade| match (sample, shade) {
                (Shade::Part(_), Shade::Part(_)) => true,
                (one, other) => one == other,
            };
            if !self.map.cells().iter().any(|cell| is_alike(cell.shade())) {
                continue;
            }
            write!(f, "<rect x=\"{x}\" y=\"{}\" width=\"{HEIGHT}\" height=\"{HEIGHT}\" ", y - 12)?;
            writeln!(f, "{} stroke=\"currentColor\" stroke-width=\"0.6\"/>", fill(sample))?;
            writeln!(f, "<text x=\"{}\" y=\"{y}\">{name}</text>", x + HEIGHT + 6)?;
            x += 110;
        }
        let (right, cell) = (LEFT + ROW, Bytes(self.map.cell_size()));
        writeln!(f, "<text x=\"{right}\" y=\"{y}\" text-anchor=\"end\">a cell is {cell}</text>")
    }
}

fn fill(shade: Shade) -> &'static str {
    match shade {
        Shade::Free => "fill=\"#3a9d5d\" fill-opacity=\"0.12\"",
        Shade::Part(0) => "fill=\"#d9822b\" fill-opacity=\"0.15\"",
        Shade::Part(1) => "fill=\"#d9822b\" fill-opacity=\"0.3\"",
        Shade::Part(_) => "fill=\"#d9822b\" fill-opacity=\"0.45\"",
        Shade::Full => "fill=\"#d9822b\" fill-opacity=\"0.65\"",
        Shade::Book => "fill=\"#4a7fd0\" fill-opacity=\"0.4\"",
        Shade::Returned => "fill=\"none\"",
    }
}

/// Text between tags.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '&' => f.write_str("&amp;"),
            // No blank lines.
            '\n' | '\r' => f.write_char(' '),
            c => f.write_char(c),
        })
    }
}
