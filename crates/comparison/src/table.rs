//! The figures as text: a block a work, a line a contestant, the fastest first.

use std::fmt::Write;

use crate::measured::{Measured, Role, Works};
use crate::rounds::Turns;

/// Each work's median times, and their ratios to the fastest peer: less than 1 is faster. Of rounds
/// also the least and the greatest time, the ratio to each reference, and a word if threads did not meet.
pub(crate) fn table(piece: &str, works: &Works) -> String {
    let mut out = String::new();
    for (work, contestants) in works {
        let columns = columns(piece, contestants);
        let width = contestants.iter().map(|it| it.contestant.chars().count()).max().unwrap_or(0);
        // Writing to a String does not fail.
        let _ = writeln!(out, "{piece}/{work}");
        if contestants.iter().any(|it| it.reference.is_some()) {
            let upper: String = columns.iter().map(|it| it.cell(&it.head.0)).collect();
            let lower: String = columns.iter().map(|it| it.cell(&it.head.1)).collect();
            let _ = writeln!(out, "  {:width$}{upper}\n  {:width$}{lower}", "", "");
        }
        for (n, it) in contestants.iter().enumerate() {
            let (mark, note) = match it.role(piece) {
                Role::Ours => ("*", ""),
                Role::Floor => (" ", "  the floor"),
                Role::Peer | Role::Rung => (" ", ""),
            };
            let cells: String = columns.iter().map(|it| it.cell(&it.cells[n])).collect();
            let waited = it.turns.as_ref().and_then(Turns::note);
            let waited = waited.map_or(String::new(), |it| format!("  {it}"));
            let _ = writeln!(out, "{mark} {:<width$}{cells}{note}{waited}", it.contestant);
        }
    }
    out
}

/// What stands behind the names, with a head in two lines.
struct Column {
    head: (String, String),
    cells: Vec<String>,
}

impl Column {
    fn new(head: &str, contestants: &[Measured], cell: impl Fn(&Measured) -> String) -> Self {
        let (upper, lower) = head.rsplit_once(' ').unwrap_or(("", head));
        let head = (upper.to_owned(), lower.to_owned());
        Self { head, cells: contestants.iter().map(cell).collect() }
    }

    fn ratio(head: &str, contestants: &[Measured], to: &Measured) -> Self {
        Self::new(head, contestants, |it| format!("{:.2}", it.ratio(to)))
    }

    /// As wide as all others of the column.
    fn cell(&self, content: &str) -> String {
        let all = self.cells.iter().chain([&self.head.0, &self.head.1]);
        let width = all.map(|it| it.chars().count()).max().unwrap_or(0);
        format!("  {content:>width$}")
    }
}

fn columns(piece: &str, contestants: &[Measured]) -> Vec<Column> {
    let mut columns = vec![Column::new("median", contestants, time)];
    // The first is the fastest.
    if let Some(peer) = contestants.iter().find(|it| it.role(piece) == Role::Peer) {
        columns.push(Column::ratio("/ fastest peer", contestants, peer));
    }
    if contestants.iter().any(|it| it.reference.is_some()) {
        let extreme = |it: &Measured, which: fn(f64, f64) -> f64| {
            let turns = it.turns.iter().flat_map(|it| &it.nanoseconds);
            turns.copied().reduce(which).map_or(String::new(), nanoseconds)
        };
        columns.push(Column::new("least", contestants, |it| extreme(it, f64::min)));
        columns.push(Column::new("most", contestants, |it| extreme(it, f64::max)));
    }
    let mut references: Vec<_> = contestants.iter().filter(|it| it.reference.is_some()).collect();
    references.sort_by_key(|it| it.reference);
    for reference in references {
        columns.push(Column::ratio(&format!("/ {}", reference.contestant), contestants, reference));
    }
    columns
}

/// `12.3 ns`, `1.45 µs`
pub(crate) fn time(it: &Measured) -> String {
    nanoseconds(it.nanoseconds)
}

fn nanoseconds(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1_000.0 => format!("{} ns", significant(ns)),
        ns if ns < 1_000_000.0 => format!("{} µs", significant(ns / 1_000.0)),
        ns => format!("{} ms", significant(ns / 1_000_000.0)),
    }
}

/// Three significant digits.
fn significant(x: f64) -> String {
    let decimals = if x >= 100.0 {
        0
    } else if x >= 10.0 {
        1
    } else if x >= 1.0 {
        2
    } else {
        3
    };
    format!("{x:.decimals$}")
}
