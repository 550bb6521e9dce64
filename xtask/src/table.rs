//! A table of text with columns that line up.

/// Which side of its column a cell stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Lay out a heading and rows; columns are two spaces apart.
pub(crate) fn layout(heading: &[(&str, Side)], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|(name, _)| name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).zip(heading).map(|((cell, &width), (_, side))| match side {
            Side::Left => format!("{cell:<width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        let text = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", text.trim_end())
    };
    let mut text = line(&mut heading.iter().map(|(name, _)| *name));
    for row in rows {
        text += &line(&mut row.iter().map(String::as_str));
    }
    text
}

/// `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Side, grouped, layout};

    #[test]
    fn columns_line_up() {
        let text = layout(
            &[("crate", Side::Left), ("n", Side::Right), ("note", Side::Left)],
            &[
                vec!["secvec".into(), "7".into(), "".into()],
                vec!["a".into(), "123".into(), "ü".into()],
            ],
        );
        assert_eq!(text, "crate     n  note\nsecvec    7\na       123  ü\n");
    }

    #[test]
    fn long_numbers_are_grouped() {
        let grouped = [0, 12, 999, 1000, 123_456, 50_000_000].map(grouped);
        assert_eq!(grouped, ["0", "12", "999", "1,000", "123,456", "50,000,000"]);
    }
}
