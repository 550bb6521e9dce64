//! A section described for people.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter, Write};
use core::ops::Range;

use super::tree::Tree;
use super::{ByteOrder, Event, Primitive, Schema, Shape, Value, Walk, WalkError, What};

/// Of how many fields the first values are kept. There can be more, in types that hold themselves.
const MAX_FIELDS: usize = 256;

/// How many numbers of an array, and characters of a text, are shown.
const SHOWN: usize = 8;

/// Describes a section without its type: its schema as a tree, the first values of each field, and its
/// first bytes, coloured by field.
///
/// # Examples
///
/// ```
/// use raw_serialise::schema::{ByteOrder, Inspect, Schema};
///
/// let schema = Schema::parse("\
/// raw-serialise schema 1
/// root [Place]
/// struct Place size 8 align 4
///   height at 0: f32
///   kind at 4: u8
/// ")?;
/// let block = [0, 0, 0x60, 0x40, 2, 0, 0, 0, 0, 0, 0x88, 0x40, 9, 0, 0, 0];
/// let text = Inspect::new(&schema, ByteOrder::Little, &block, 2).to_string();
/// assert_eq!(text, "\
/// [Place]
///   Place, a struct of 8 bytes, aligned to 4
///     height at 0: f32
///     kind at 4: u8
/// first values
///   [].height  3.5, 4.25
///   [].kind    2, 9
/// bytes 0 to 15 of 16
///   00000000  00 00 60 40 02 00 00 00  00 00 88 40 09 00 00 00  ..`@.......@....  [].height [].kind
/// ");
/// # Ok::<(), raw_serialise::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Inspect<'a> {
    schema: &'a Schema,
    order: ByteOrder,
    block: &'a [u8],
    count: usize,
    values: usize,
    bytes: usize,
    colour: bool,
}

impl<'a> Inspect<'a> {
    /// For a block that begins with `count` values of the schema's root.
    #[must_use]
    pub const fn new(schema: &'a Schema, order: ByteOrder, block: &'a [u8], count: usize) -> Self {
        Self { schema, order, block, count, values: 3, bytes: 256, colour: false }
    }

    /// How many values of each field are shown; 3, if nobody says.
    #[must_use]
    pub const fn values(self, values: usize) -> Self {
        Self { values, ..self }
    }

    /// How many bytes are shown; 256, if nobody says.
    #[must_use]
    pub const fn bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Whether there are colours, by the ECMA-48 codes that terminals know.
    #[must_use]
    pub const fn colour(self, colour: bool) -> Self {
        Self { colour, ..self }
    }

    /// Looks through the block.
    fn look(&self) -> Found {
        let mut found = Found::default();
        let limit = self.bytes.min(self.block.len());
        let mut walk = Walk::new(self.schema, self.order, self.block, self.count);
        while let Some(event) = walk.next() {
            let Event { ty, own, what } = match event {
                Ok(event) => event,
                Err(error) => {
                    found.error = Some(error);
                    break;
                }
            };
            let (value, behind) = match what {
                What::Value(value) => (Some(short(value)), 0..0),
                What::Text(text, behind) => (Some(short(Value::Text(text))), behind),
                What::Numbers(count) => (Some(self.numbers(ty, own.start, count)), 0..0),
                What::Variant(name) => (Some(name.to_owned()), 0..0),
                What::Option(false) => (Some("None".to_owned()), 0..0),
                _ => (None, 0..0),
            };
            // What has parts needs no line of its own.
            if value.is_none() && own.is_empty() {
                continue;
            }
            let Some(field) = found.field(&without_numbers(&walk.path())) else { continue };
            let values = &mut found.fields[field].1;
            values.extend(value.filter(|_| values.len() < self.values));
            let ranges = [own, behind].into_iter().filter(|it| it.start < limit && !it.is_empty());
            found.ranges.extend(ranges.map(|range| (range, field)));
        }
        found.ranges.sort_unstable_by_key(|it| it.0.start);
        found
    }

    fn numbers(&self, ty: super::TypeRef, at: usize, count: usize) -> String {
        let Shape::Primitive(primitive) = self.schema.shape(ty) else { return String::new() };
        let primitive: Primitive = *primitive;
        let bytes = self.block[at..].chunks_exact(primitive.size());
        let shown = bytes.take(count.min(SHOWN));
        let shown: Vec<_> = shown
            .filter_map(|bytes| Value::of(primitive, self.order, bytes))
            .map(|value| value.to_string())
            .collect();
        let more = if count > SHOWN { format!(", .. {count} in all") } else { String::new() };
        format!("[{}{more}]", shown.join(", "))
    }

    fn dump(&self, f: &mut Formatter<'_>, found: &Found) -> fmt::Result {
        let length = self.bytes.min(self.block.len());
        if length == 0 {
            return Ok(());
        }
        writeln!(f, "bytes 0 to {} of {}", length - 1, self.block.len())?;
        let mut ranges = found.ranges.iter().peekable();
        for (start, line) in (0..).step_by(16).zip(self.block[..length].chunks(16)) {
            let mut fields: Vec<Option<usize>> = vec![None; line.len()];
            let mut names = Vec::new();
            while let Some((range, field)) = ranges.peek() {
                if range.start >= start + line.len() {
                    break;
                }
                let from = range.start.max(start) - start;
                let to = (range.end - start).min(line.len());
                fields[from..to].fill(Some(*field));
                if !names.contains(field) {
                    names.push(*field);
                }
                if range.end > start + line.len() {
                    break;
                }
                ranges.next();
            }
            write!(f, "  {start:08x} ")?;
            for (index, place) in (0..16).map(|index| (index, line.get(index))) {
                f.write_str(if index == 8 { "  " } else { " " })?;
                match place {
                    Some(byte) => self.coloured(f, fields[index], format_args!("{byte:02x}"))?,
                    None => f.write_str("  ")?,
                }
            }
            f.write_str("  ")?;
            for (&byte, &field) in line.iter().zip(&fields) {
                let shown = if matches!(byte, b' '..=b'~') { char::from(byte) } else { '.' };
                self.coloured(f, field, shown)?;
            }
            f.write_str(if names.is_empty() { "" } else { " " })?;
            for name in names {
                f.write_char(' ')?;
                self.coloured(f, Some(name), &found.fields[name].0)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn coloured(
        &self,
        f: &mut Formatter<'_>,
        field: Option<usize>,
        what: impl Display,
    ) -> fmt::Result {
        match field {
            _ if !self.colour => what.fmt(f),
            // Grey: it belongs to nothing.
            None => write!(f, "\x1b[90m{what}\x1b[0m"),
            Some(field) => {
                // The six colours, and the six bright ones.
                let colour = if field % 12 < 6 { 31 + field % 6 } else { 91 + field % 6 };
                write!(f, "\x1b[{colour}m{what}\x1b[0m")
            }
        }
    }
}

/// What was found in a block.
#[derive(Debug, Default)]
struct Found {
    /// Each with its first values, in the order in which they are met.
    fields: Vec<(String, Vec<String>)>,
    known: BTreeMap<String, usize>,
    /// Which bytes belong to which.
    ranges: Vec<(Range<usize>, usize)>,
    error: Option<WalkError>,
}

impl Found {
    /// The number of a field, unless there are too many.
    fn field(&mut self, path: &str) -> Option<usize> {
        if let Some(&known) = self.known.get(path) {
            return Some(known);
        }
        if self.fields.len() == MAX_FIELDS {
            return None;
        }
        self.known.insert(path.to_owned(), self.fields.len());
        self.fields.push((path.to_owned(), Vec::new()));
        Some(self.fields.len() - 1)
    }
}

/// `[3].name` is a value of `[].name`.
fn without_numbers(path: &str) -> String {
    let mut inside = false;
    let keep = |&c: &char| {
        let keep = !inside || c == ']';
        inside = c == '[' || inside && c != ']';
        keep
    };
    let path: String = path.chars().filter(keep).collect();
    if path.is_empty() { "value".to_owned() } else { path }
}

fn short(value: Value<'_>) -> String {
    match value {
        Value::Text(text) if text.chars().count() > 4 * SHOWN => {
            let begin: String = text.chars().take(4 * SHOWN).collect();
            format!("{begin:?}.. {} bytes in all", text.len())
        }
        value => value.to_string(),
    }
}

impl Display for Inspect<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Tree(self.schema).fmt(f)?;
        let found = self.look();
        let width = found.fields.iter().map(|it| it.0.chars().count()).max().unwrap_or(0);
        let mut shown =
            found.fields.iter().enumerate().filter(|(_, it)| !it.1.is_empty()).peekable();
        if shown.peek().is_some() {
            writeln!(f, "first values")?;
        }
        for (index, (path, values)) in shown {
            f.write_str("  ")?;
            self.coloured(f, Some(index), format_args!("{path:width$}"))?;
            writeln!(f, "  {}", values.join(", "))?;
        }
        if let Some(error) = &found.error {
            writeln!(f, "damaged {error}")?;
        }
        self.dump(f, &found)
    }
}
