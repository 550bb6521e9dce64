//! The figures as text: a block a work, a line a contestant, the fastest first.

use std::fmt::Write;

use crate::measured::{Measured, Role, Works};

/// Each work's median times, and their ratios to the fastest peer: less than 1 is faster.
pub(crate) fn table(piece: &str, works: &Works) -> String {
    let mut out = String::new();
    for (work, contestants) in works {
        let width = contestants.iter().map(|it| it.contestant.chars().count()).max().unwrap_or(0);
        let peers = contestants.iter().filter(|it| it.role(piece) == Role::Peer);
        let fastest = peers.map(|it| it.nanoseconds).reduce(f64::min);
        // Writing to a String does not fail.
        let _ = writeln!(out, "{piece}/{work}");
        for it in contestants {
            let (mark, note) = match it.role(piece) {
                Role::Ours => ("*", ""),
                Role::Floor => (" ", "  the floor"),
                Role::Peer => (" ", ""),
            };
            let ratio =
                fastest.map_or(String::new(), |fastest| format!("{:.2}", it.nanoseconds / fastest));
            let line =
                format!("{mark} {:<width$}  {:>8}  {ratio:>6}{note}", it.contestant, time(it));
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}

/// `12.3 ns`, `1.45 µs`
pub(crate) fn time(it: &Measured) -> String {
    match it.nanoseconds {
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
