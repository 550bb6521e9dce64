//! The states of a task, as diagrams. The boxes and arrows are those of the crate's table; where they go
//! is written here, and a step without an arrow, or an arrow without a step, is an error.

use std::collections::BTreeMap;
use std::fmt::Write;

use executor::state_table::{FIRST_OWNER, FIRST_PLACE, NAMES, OWNERS, Operation, PLACES, Step};

use crate::File;

/// The bits by their names, as they are in the table.
fn bits(names: &str) -> usize {
    let named = |name: &str| NAMES.iter().find(|it| it.1 == name).map_or(0, |it| it.0);
    names.split_whitespace().map(named).sum()
}

/// What a step is called on an arrow.
fn label(operation: Operation) -> &'static str {
    match operation {
        Operation::Schedule => "wake",
        Operation::Start => "start",
        Operation::Pause => "pause",
        Operation::Seize => "seize",
        Operation::Complete => "complete",
        Operation::Cancel => "cancel",
        Operation::ClaimSlot => "claim",
        Operation::PublishSlot => "publish",
        Operation::ReleaseHandle => "release",
    }
}

/// A box: its bits, and where its left upper corner is.
type Place = (&'static str, i32, i32);
/// An arrow: from, to, its path, and where its label is: the x, the y, and how it is anchored there.
type Arrow = (&'static str, &'static str, &'static str, (i32, i32, &'static str));

/// One diagram.
struct Diagram {
    title: &'static str,
    /// So that the marks of two diagrams on a page are not the same.
    id: &'static str,
    size: (i32, i32),
    box_width: i32,
    first: usize,
    /// Where a new task comes in.
    entry: &'static str,
    steps: &'static [Step],
    /// Bits that no longer matter in a state are left out of it.
    simplify: fn(usize) -> usize,
    places: &'static [Place],
    arrows: &'static [Arrow],
    notes: &'static [&'static str],
}

/// What is drawn for one arrow.
#[derive(Default)]
struct Drawn {
    operations: Vec<&'static str>,
    push: bool,
    seize: bool,
}

impl Diagram {
    fn draw(&self) -> Result<String, String> {
        let mut steps: BTreeMap<(usize, usize), Drawn> = BTreeMap::new();
        for step in self.steps {
            let (from, to) = ((self.simplify)(step.from), (self.simplify)(step.to));
            if from == to {
                continue;
            }
            let drawn = steps.entry((from, to)).or_default();
            if !drawn.operations.contains(&label(step.operation)) {
                drawn.operations.push(label(step.operation));
            }
            drawn.push |= step.push;
            drawn.seize |= step.operation == Operation::Seize;
        }

        let mut svg = String::new();
        let (width, height) = self.size;
        let id = self.id;
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"currentColor\">\n\
             <title>{}</title>\n\
             <defs><marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
             markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
             <path d=\"M0 0 L8 4 L0 8 z\" fill=\"currentColor\"/></marker></defs>\n",
            self.title
        );
        for (names, x, y) in self.places {
            self.draw_box(&mut svg, bits(names), *x, *y);
        }
        let entry = self.entry;
        let _ = writeln!(
            svg,
            "<path d=\"{entry}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\" marker-end=\"url(#{id})\"/>"
        );
        for (from, to, path, at) in self.arrows {
            let drawn = steps
                .remove(&(bits(from), bits(to)))
                .ok_or(format!("no step goes from `{from}` to `{to}`"))?;
            draw_arrow(&mut svg, id, path, *at, &drawn);
        }
        for (line, note) in self.notes.iter().enumerate() {
            let y = height - 10 - 18 * (self.notes.len() - 1 - line) as i32;
            let _ = writeln!(svg, "<text x=\"20\" y=\"{y}\" font-size=\"12.5\">{note}</text>");
        }
        svg.push_str("</svg>\n");
        match steps.keys().next() {
            None => Ok(svg),
            Some((from, to)) => Err(format!("no arrow goes from {from:#b} to {to:#b}")),
        }
    }

    fn draw_box(&self, svg: &mut String, bits: usize, x: i32, y: i32) {
        let names: Vec<_> = NAMES.iter().filter(|it| bits & it.0 != 0).map(|it| it.1).collect();
        let names = if names.is_empty() { vec!["none"] } else { names };
        let colour = if names.contains(&"completed") {
            "#30a46c"
        } else if names.contains(&"cancelled") {
            "#e5484d"
        } else {
            "#4c8bf5"
        };
        let (width, middle) = (self.box_width, x + self.box_width / 2);
        let border = if bits == self.first { "2.2" } else { "1.2" };
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"46\" rx=\"4\" fill=\"{colour}\" \
             fill-opacity=\"0.16\" stroke=\"currentColor\" stroke-width=\"{border}\"/>"
        );
        let lines: Vec<String> = if names.len() > 2 {
            vec![names[..2].join(" "), names[2..].join(" ")]
        } else {
            names.iter().map(|it| (*it).to_owned()).collect()
        };
        for (line, text) in lines.iter().enumerate() {
            let y = y + 27 + 16 * line as i32 - 8 * (lines.len() as i32 - 1);
            let _ = writeln!(
                svg,
                "<text x=\"{middle}\" y=\"{y}\" text-anchor=\"middle\" font-family=\"ui-monospace, monospace\">{text}</text>"
            );
        }
    }
}

fn draw_arrow(svg: &mut String, id: &str, path: &str, at: (i32, i32, &str), drawn: &Drawn) {
    let (x, y, anchor) = at;
    let width = if drawn.push { "2.8" } else { "1.4" };
    let dashes = if drawn.seize { " stroke-dasharray=\"5 4\" opacity=\"0.7\"" } else { "" };
    let weight = if drawn.push { " font-weight=\"600\"" } else { "" };
    let text = drawn.operations.join(", ");
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{width}\"{dashes} marker-end=\"url(#{id})\"/>\n\
         <text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"12.5\"{weight}>{text}</text>"
    );
}

/// Where a task is.
const PLACES_DIAGRAM: Diagram = Diagram {
    title: "Where a task is: the bits, and the operations that change them",
    id: "executor-places",
    size: (760, 500),
    box_width: 144,
    first: FIRST_PLACE,
    entry: "M272 34 V56",
    steps: PLACES,
    // A completed task is not pushed any more, woken or not.
    simplify: |it| if it & bits("completed") != 0 { it & !bits("scheduled") } else { it },
    places: &[
        ("", 14, 60),
        ("scheduled", 200, 60),
        ("running", 394, 60),
        ("completed", 606, 60),
        ("running scheduled", 394, 175),
        ("scheduled cancelled", 200, 300),
        ("scheduled running cancelled", 394, 300),
        ("completed cancelled", 606, 300),
        ("running cancelled", 394, 400),
    ],
    arrows: &[
        ("", "scheduled", "M158 83 H196", (177, 76, "middle")),
        ("scheduled", "running", "M344 83 H390", (367, 76, "middle")),
        ("running", "", "M450 60 C430 8 120 8 90 56", (330, 42, "start")),
        ("running", "completed", "M538 83 H602", (570, 76, "middle")),
        ("running", "running scheduled", "M450 106 V171", (443, 134, "end")),
        ("running scheduled", "scheduled", "M394 190 C340 185 300 150 285 110", (296, 160, "end")),
        (
            "running scheduled",
            "completed",
            "M538 190 C590 185 630 150 655 110",
            (621, 192, "start"),
        ),
        ("", "running scheduled", "M75 106 C90 190 230 205 390 205", (150, 208, "middle")),
        (
            "scheduled",
            "running scheduled",
            "M320 106 C335 135 370 150 408 173",
            (352, 128, "start"),
        ),
        ("", "scheduled cancelled", "M45 106 C45 250 90 323 196 323", (70, 300, "end")),
        ("scheduled", "scheduled cancelled", "M235 106 V296", (229, 255, "end")),
        (
            "running",
            "scheduled running cancelled",
            "M505 106 C570 160 570 240 505 296",
            (558, 240, "start"),
        ),
        ("running scheduled", "scheduled running cancelled", "M450 221 V296", (443, 264, "end")),
        (
            "scheduled running cancelled",
            "scheduled cancelled",
            "M394 313 H348",
            (371, 306, "middle"),
        ),
        (
            "scheduled cancelled",
            "scheduled running cancelled",
            "M344 334 H390",
            (367, 350, "middle"),
        ),
        (
            "scheduled cancelled",
            "running cancelled",
            "M260 346 C265 400 330 423 390 423",
            (276, 404, "end"),
        ),
        ("running cancelled", "scheduled running cancelled", "M450 400 V350", (458, 380, "start")),
        (
            "scheduled running cancelled",
            "completed cancelled",
            "M538 323 H602",
            (570, 316, "middle"),
        ),
        (
            "running cancelled",
            "completed cancelled",
            "M538 423 C610 423 670 400 680 350",
            (640, 420, "start"),
        ),
        ("completed", "completed cancelled", "M685 106 V296", (693, 206, "start")),
    ],
    notes: &[
        "Thick: whoever makes this step pushes the task. Dashed: an executor that ends takes it.",
        "A wake or a cancel that has no arrow here changes none of these bits.",
    ],
};

/// Whose the result and the slot are.
const OWNERS_DIAGRAM: Diagram = Diagram {
    title: "Whose the result and the awaiter's slot are: the bits, and the operations that change them",
    id: "executor-owners",
    size: (760, 320),
    box_width: 190,
    first: FIRST_OWNER,
    entry: "M20 158 H96",
    steps: OWNERS,
    simplify: |it| it,
    places: &[
        ("handle awaiter", 100, 20),
        ("handle", 100, 135),
        ("", 100, 250),
        ("handle awaiter completed", 470, 20),
        ("handle completed", 470, 135),
        ("completed", 470, 250),
    ],
    arrows: &[
        ("handle", "handle awaiter", "M180 135 V70", (172, 106, "end")),
        ("handle awaiter", "handle", "M210 66 V131", (218, 106, "start")),
        ("handle", "", "M195 181 V246", (203, 218, "start")),
        ("handle awaiter", "", "M100 50 C20 90 20 220 98 264", (46, 220, "end")),
        ("handle awaiter", "handle awaiter completed", "M290 43 H466", (378, 36, "middle")),
        ("handle", "handle completed", "M290 158 H466", (378, 151, "middle")),
        ("", "completed", "M290 273 H466", (378, 266, "middle")),
        ("handle completed", "handle awaiter completed", "M550 135 V70", (542, 106, "end")),
        ("handle awaiter completed", "handle completed", "M580 66 V131", (588, 106, "start")),
        ("handle completed", "completed", "M565 181 V246", (573, 218, "start")),
        (
            "handle awaiter completed",
            "completed",
            "M660 50 C735 90 735 220 664 264",
            (692, 220, "end"),
        ),
    ],
    notes: &[],
};

/// Both diagrams.
pub(crate) fn files() -> Result<Vec<File>, String> {
    Ok(vec![("states.svg", PLACES_DIAGRAM.draw()?), ("owners.svg", OWNERS_DIAGRAM.draw()?)])
}

#[cfg(test)]
mod tests {
    use super::{Diagram, OWNERS_DIAGRAM, PLACES_DIAGRAM};

    #[test]
    fn a_step_without_an_arrow_is_an_error() {
        for diagram in [PLACES_DIAGRAM, OWNERS_DIAGRAM] {
            let (_, arrows) = diagram.arrows.split_first().expect("there are arrows");
            let diagram = Diagram { arrows, ..diagram };
            assert!(diagram.draw().expect_err("one is missing").starts_with("no arrow goes"));
        }
    }

    #[test]
    fn an_arrow_without_a_step_is_an_error() {
        for diagram in [PLACES_DIAGRAM, OWNERS_DIAGRAM] {
            let (_, steps) = diagram.steps.split_last().expect("there are steps");
            let diagram = Diagram { steps, ..diagram };
            assert!(diagram.draw().expect_err("one is missing").starts_with("no step goes"));
        }
    }
}
