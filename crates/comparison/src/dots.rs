//! A line a work, a dot a contestant, time on a logarithmic scale: for pieces with so many works
//! that bars would fill pages.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::measured::{Measured, Role, Works};
use crate::table::time;

const WIDTH: f64 = 720.0;
const LABEL: f64 = 186.0;
const PLOT: f64 = 314.0;
const ROW: f64 = 20.0;

/// The works as an SVG that takes the colours of the page it stands in. What a work's name begins
/// with is the headline of its panel: `push` of `push: 2 threads`, `encode` of `encode u64`.
pub(crate) fn draw(piece: &str, works: &Works) -> String {
    let mut panels = BTreeMap::<&str, Vec<(&str, &[Measured])>>::new();
    for (work, contestants) in works {
        let parts = work.split_once(": ").or_else(|| work.split_once(' '));
        let (panel, data) = parts.unwrap_or(("", work));
        panels.entry(panel).or_default().push((data, contestants));
    }
    let all = || works.values().flatten().map(|it| it.nanoseconds);
    let longest = panels.values().flatten().map(|it| it.0.chars().count()).max().unwrap_or(0);
    // Room for the names, if they are not too long.
    let left = (7.0 * longest as f64 + 16.0).min(LABEL);
    let scale = Scale::new(left, all().fold(f64::MAX, f64::min), all().fold(0.0, f64::max));
    let right = left + PLOT + 12.0;

    let (mut body, mut y) = (String::new(), 0.0);
    for (panel, rows) in panels {
        y += 26.0;
        text(&mut body, 0.0, y, "font-weight=\"bold\"", panel);
        text(&mut body, right, y, "", "ours / fastest peer");
        let top = y + 6.0;
        let bottom = top + ROW * rows.len() as f64;
        for (at, label) in scale.ticks() {
            let _ = writeln!(
                body,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top}\" y2=\"{bottom}\" \
                 stroke=\"currentColor\" stroke-opacity=\"0.2\"/>"
            );
            let middle = "text-anchor=\"middle\" font-size=\"11\"";
            text(&mut body, at, bottom + 13.0, middle, &label);
        }
        for (data, contestants) in rows {
            y += ROW;
            text(&mut body, 0.0, y, "", data);
            row(&mut body, piece, &scale, y - 4.5, contestants);
            text(&mut body, right, y, "", &summary(piece, contestants));
        }
        y += 26.0;
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>Time an operation by data set, {piece} (filled) and its peers (rings); further \
         left is faster</title>\n{body}</svg>\n"
    )
}

/// Peers as rings, broken ones for rungs, the floor as a line, ours as filled dots, the last on top.
fn row(body: &mut String, piece: &str, scale: &Scale, y: f64, contestants: &[Measured]) {
    let mut contestants = contestants.iter().collect::<Vec<_>>();
    contestants.sort_by_key(|it| it.role(piece) == Role::Ours);
    for it in contestants {
        let x = scale.place(it.nanoseconds);
        let title = format!("<title>{}: {}</title>", it.contestant, time(it));
        // Writing to a String does not fail.
        let _ = match it.role(piece) {
            Role::Ours => writeln!(
                body,
                "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"4.5\" fill=\"currentColor\">{title}</circle>"
            ),
            Role::Peer => writeln!(
                body,
                "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"4\" fill=\"none\" stroke=\"currentColor\" \
                 stroke-opacity=\"0.7\">{title}</circle>"
            ),
            Role::Rung => writeln!(
                body,
                "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"4\" fill=\"none\" stroke=\"currentColor\" \
                 stroke-dasharray=\"2 2\">{title}</circle>"
            ),
            Role::Floor => writeln!(
                body,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" \
                 stroke=\"currentColor\" stroke-width=\"2\">{title}</line>",
                y - 7.0,
                y + 7.0
            ),
        };
    }
}

/// `1.25 ns / 1.38 ns prost`
fn summary(piece: &str, contestants: &[Measured]) -> String {
    let fastest = |role| {
        contestants
            .iter()
            .filter(|it| it.role(piece) == role)
            .min_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds))
    };
    match (fastest(Role::Ours), fastest(Role::Peer)) {
        (Some(ours), Some(peer)) => {
            format!("{} / {} {}", time(ours), time(peer), peer.contestant)
        }
        (Some(only), None) | (None, Some(only)) => time(only),
        (None, None) => String::new(),
    }
}

/// Powers of two from left to right.
struct Scale {
    left: f64,
    first: i32,
    last: i32,
}

impl Scale {
    fn new(left: f64, least: f64, most: f64) -> Self {
        let first = least.log2().floor() as i32;
        Self { left, first, last: (most.log2().ceil() as i32).max(first + 1) }
    }

    fn place(&self, nanoseconds: f64) -> f64 {
        let steps = f64::from(self.last - self.first);
        self.left + PLOT * (nanoseconds.log2() - f64::from(self.first)) / steps
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        // As many as have room for their labels.
        let step = (self.last - self.first).unsigned_abs().div_ceil(8).max(1) as usize;
        (self.first..=self.last).step_by(step).map(|power| {
            let nanoseconds = f64::from(power).exp2();
            let label = match power {
                ..0 => format!("1/{}", f64::from(-power).exp2()),
                _ => format!("{nanoseconds}"),
            };
            (self.place(nanoseconds), format!("{label} ns"))
        })
    }
}

fn text(body: &mut String, x: f64, y: f64, attributes: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        body,
        "<text x=\"{x:.1}\" y=\"{y}\" fill=\"currentColor\" {attributes}>{content}</text>"
    );
}
