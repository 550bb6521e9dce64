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
            if from == to && !step.push {
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
    size: (760, 420),
    box_width: 144,
    first: FIRST_PLACE,
    entry: "M228 34 V56",
    steps: PLACES,
    // A completed task stays active, so that it is not pushed any more, woken or not.
    simplify: |it| {
        if it & bits("completed") != 0 { it & !bits("scheduled active") } else { it }
    },
    places: &[
        ("", 14, 60),
        ("scheduled active", 200, 60),
        ("active", 394, 60),
        ("completed", 606, 60),
        ("scheduled active cancelled", 200, 250),
        ("active cancelled", 394, 250),
        ("completed cancelled", 606, 250),
    ],
    arrows: &[
        ("", "scheduled active", "M158 83 H196", (177, 76, "middle")),
        ("scheduled active", "active", "M344 74 H390", (367, 67, "middle")),
        ("active", "scheduled active", "M394 94 H348", (371, 110, "middle")),
        (
            "scheduled active",
            "scheduled active",
            "M290 60 C285 25 340 25 325 56",
            (306, 28, "middle"),
        ),
        ("active", "", "M450 60 C430 0 120 0 86 56", (415, 22, "start")),
        ("active", "completed", "M538 83 H602", (570, 76, "middle")),
        (
            "scheduled active",
            "completed",
            "M320 106 C360 150 600 150 650 110",
            (500, 154, "middle"),
        ),
        ("", "active", "M110 106 C150 150 370 150 420 110", (160, 150, "middle")),
        ("", "scheduled active cancelled", "M45 106 C45 200 90 273 196 273", (66, 222, "end")),
        ("scheduled active", "scheduled active cancelled", "M225 106 V246", (219, 215, "end")),
        (
            "active",
            "scheduled active cancelled",
            "M430 106 C420 180 350 210 320 246",
            (392, 200, "start"),
        ),
        ("scheduled active cancelled", "active cancelled", "M344 264 H390", (367, 257, "middle")),
        ("active cancelled", "scheduled active cancelled", "M394 284 H348", (372, 312, "start")),
        (
            "scheduled active cancelled",
            "scheduled active cancelled",
            "M240 296 C225 335 300 335 290 300",
            (265, 342, "middle"),
        ),
        ("active cancelled", "completed cancelled", "M538 273 H602", (570, 266, "middle")),
        (
            "scheduled active cancelled",
            "completed cancelled",
            "M335 296 C345 370 620 350 665 300",
            (500, 354, "middle"),
        ),
        ("completed", "completed cancelled", "M685 106 V246", (693, 190, "start")),
    ],
    notes: &[
        "Thick: whoever makes this step pushes the task. Dashed: an executor that ends takes it.",
        "A step that has no arrow here changes none of these bits, and nobody pushes after it.",
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
            let diagram = Diagram { steps: &[], ..diagram };
            assert!(diagram.draw().expect_err("one is missing").starts_with("no step goes"));
        }
    }
}
