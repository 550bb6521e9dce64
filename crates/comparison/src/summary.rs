//! A piece with many works at one look: a line a work, and how the contestants fare over all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::measured::{Measured, Role, Works};
use crate::rounds::median;
use crate::table::time;

/// The times of everybody in each work, and what each of ours takes compared with the fastest peer;
/// then, for each contestant, the geometric mean over its works.
pub(crate) fn summary(piece: &str, works: &Works) -> String {
    format!("{}\n{}", lines(piece, works), means(piece, works))
}

fn lines(piece: &str, works: &Works) -> String {
    let names = names(works);
    let ours: Vec<&str> = names.iter().copied().filter(|it| is_ours(piece, works, it)).collect();
    let mut head = vec![piece.to_owned()];
    head.extend(names.iter().map(|&it| it.to_owned()));
    head.push("fastest peer".to_owned());
    head.extend(ours.iter().map(|it| format!("{it} / fastest peer")));
    let mut rows = vec![head];
    for (work, contestants) in works {
        let find = |name: &str| contestants.iter().find(|it| it.contestant == name);
        let fastest = fastest_peer(piece, contestants);
        let mut row = vec![work.clone()];
        row.extend(names.iter().map(|it| find(it).map_or(String::new(), time)));
        row.push(fastest.map_or(String::new(), |it| it.contestant.clone()));
        row.extend(ours.iter().map(|it| {
            let ratio = find(it).zip(fastest).map(|(it, fastest)| it.ratio(fastest));
            ratio.map_or(String::new(), |it| format!("{it:.2}"))
        }));
        rows.push(row);
    }
    align(&rows)
}

/// The times of two contestants that do not take part in the same works cannot be compared; their
/// ratios to the fastest peer of each work can.
fn means(piece: &str, works: &Works) -> String {
    let mut ratios = BTreeMap::<&str, Vec<(&str, f64)>>::new();
    let mut times = BTreeMap::<&str, Vec<f64>>::new();
    for (work, contestants) in works {
        let Some(fastest) = fastest_peer(piece, contestants) else { continue };
        for it in contestants {
            ratios.entry(&it.contestant).or_default().push((work, it.ratio(fastest)));
            times.entry(&it.contestant).or_default().push(it.nanoseconds);
        }
    }
    let mut table: Vec<(f64, Vec<String>)> = Vec::new();
    for (name, ratios) in &ratios {
        let values: Vec<f64> = ratios.iter().map(|it| it.1).collect();
        let mean = geometric_mean(&values);
        let worst = ratios.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let row = vec![
            (*name).to_owned(),
            format!("{} of {}", ratios.len(), works.len()),
            format!("{:.1} ns", geometric_mean(&times[name])),
            format!("{mean:.2}"),
            format!("{:.2}", median(&values)),
            worst.map_or(String::new(), |it| format!("{:.2}  {}", it.1, it.0)),
        ];
        table.push((mean, row));
    }
    table.sort_by(|a, b| a.0.total_cmp(&b.0));
    let head = ["geometric means", "works", "time", "/ fastest peer", "median", "at worst"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(table.into_iter().map(|it| it.1));
    align(&rows)
}

fn names(works: &Works) -> BTreeSet<&str> {
    works.values().flatten().map(|it| it.contestant.as_str()).collect()
}

fn is_ours(piece: &str, works: &Works, name: &str) -> bool {
    let all = works.values().flatten();
    all.filter(|it| it.contestant == name).any(|it| it.role(piece) == Role::Ours)
}

fn fastest_peer<'a>(piece: &str, contestants: &'a [Measured]) -> Option<&'a Measured> {
    let peers = contestants.iter().filter(|it| it.role(piece) == Role::Peer);
    peers.min_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds))
}

fn geometric_mean(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().map(|it| it.ln()).sum();
    (sum / values.len() as f64).exp()
}

/// Columns as wide as they need, the first and the last to the left, the others to the right.
fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|it| it.get(column)).map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a String does not fail.
            let _ = match column {
                0 => write!(out, "{cell:<width$}"),
                _ if column + 1 == columns => write!(out, "  {cell:<width$}"),
                _ => write!(out, "  {cell:>width$}"),
            };
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}
