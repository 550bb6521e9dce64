//! Figures as text: a line a row, a column a contestant.

use std::fmt::Write;

use crate::Rows;
use crate::rounds::median;

pub(crate) const MIB: f64 = (1 << 20) as f64;

/// Less is not compared: a page more or less is nothing.
const LEAST: f64 = 1.0;

pub(crate) struct Table {
    title: String,
    columns: Vec<String>,
    /// A name, and a figure for each column that has one.
    rows: Vec<(String, Vec<Option<f64>>)>,
}

impl Table {
    pub(crate) fn of<T>(title: &str, rows: &Rows<T>, figure: impl Fn(&T) -> f64) -> Self {
        let mut columns: Vec<String> = rows.values().flat_map(|it| it.keys().cloned()).collect();
        columns.sort();
        columns.dedup();
        let row = |(name, row): (&String, &std::collections::BTreeMap<String, T>)| {
            (name.clone(), columns.iter().map(|it| row.get(it).map(&figure)).collect())
        };
        let rows = rows.iter().map(row).collect();
        Self { title: title.to_owned(), columns, rows }
    }

    /// A last column, the median of the peers, and a last row: of each contestant the geometric mean
    /// of what it has compared with that, where less than `LEAST` counts as `LEAST`.
    pub(crate) fn compare(&mut self) {
        let peer: Vec<bool> = self.columns.iter().map(|it| !it.starts_with("allocator")).collect();
        let mut logarithms: Vec<Vec<f64>> = vec![Vec::new(); self.columns.len()];
        for (_, figures) in &mut self.rows {
            let peers = figures.iter().zip(&peer).filter(|it| *it.1);
            let middle = median(&peers.filter_map(|it| *it.0).collect::<Vec<_>>());
            for (figure, logarithms) in figures.iter().zip(&mut logarithms) {
                logarithms.extend(figure.map(|it| (it.max(LEAST) / middle.max(LEAST)).ln()));
            }
            figures.push(Some(middle));
        }
        let mean = |it: &Vec<f64>| {
            (!it.is_empty()).then(|| (it.iter().sum::<f64>() / it.len() as f64).exp())
        };
        let means = logarithms.iter().map(mean).collect();
        self.columns.push("median of the peers".to_owned());
        self.rows.push(("compared with the median, geometric mean".to_owned(), means));
    }

    pub(crate) fn show(&self, decimals: usize) -> String {
        let names = self.rows.iter().map(|it| it.0.chars().count());
        let first = names.chain([self.title.chars().count()]).max().unwrap_or(0);
        let mut out = format!("{:<first$}", self.title);
        // Writing to a String does not fail.
        for column in &self.columns {
            let _ = write!(out, "  {column:>6}");
        }
        for (name, figures) in &self.rows {
            let _ = write!(out, "\n{name:<first$}");
            for (figure, column) in figures.iter().zip(&self.columns) {
                let width = column.chars().count().max(6);
                let figure = figure.map_or(String::new(), |it| format!("{it:.decimals$}"));
                let _ = write!(out, "  {figure:>width$}");
            }
        }
        out + "\n\n"
    }
}
