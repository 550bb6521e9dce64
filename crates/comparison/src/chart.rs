//! Bars: one block a work, one bar a contestant, the fastest first.

use std::fmt::Write;

use crate::measured::{Measured, Role, Works};
use crate::table::time;

const WIDTH: f64 = 720.0;
const ROW: f64 = 22.0;
const LABEL: f64 = 210.0;
const BAR: f64 = 330.0;

/// The works of a piece as an SVG that takes the colours of the page it stands in.
pub(crate) fn draw(piece: &str, works: &Works) -> String {
    let mut body = String::new();
    let mut y = 8.0;
    for (work, contestants) in works {
        y += 20.0;
        text(&mut body, 0.0, y, "font-weight=\"bold\"", work);
        let slowest = contestants.iter().map(|c| c.nanoseconds).fold(0.0, f64::max);
        for contestant in contestants {
            y += ROW;
            let ours = contestant.role(piece) == Role::Ours;
            let weight = if ours { "font-weight=\"bold\"" } else { "" };
            let length = (BAR * contestant.nanoseconds / slowest).max(1.0);
            let opacity = if ours { 0.75 } else { 0.3 };
            text(&mut body, 12.0, y, weight, &contestant.contestant);
            let top = y - 13.0;
            // Writing to a String does not fail.
            let _ = writeln!(
                body,
                "<rect x=\"{LABEL}\" y=\"{top}\" width=\"{length:.1}\" height=\"16\" \
                 fill=\"currentColor\" fill-opacity=\"{opacity}\"/>",
            );
            text(
                &mut body,
                LABEL + length + 8.0,
                y,
                weight,
                &figure(piece, contestant, contestants),
            );
        }
        y += 14.0;
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>Time an operation, {piece} and its peers; shorter is faster</title>\n{body}</svg>\n"
    )
}

/// `12.3 ns (1.45 of ours)`
fn figure(piece: &str, contestant: &Measured, all: &[Measured]) -> String {
    let time = time(contestant);
    match all.iter().find(|c| c.contestant == piece) {
        Some(ours) if contestant.contestant != piece => {
            format!("{time} ({:.2} of ours)", contestant.ratio(ours))
        }
        _ => time,
    }
}

fn text(body: &mut String, x: f64, y: f64, attributes: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        body,
        "<text x=\"{x:.1}\" y=\"{y}\" fill=\"currentColor\" {attributes}>{content}</text>"
    );
}
