//! Data of one schema as data of another.

use alloc::vec::Vec;
use core::fmt;

use super::fault::WalkError;
use super::fill::Fills;
use super::matching::{FieldPlan, How, Matching, PlanRef, Source};
use super::order;
use super::walk::text_form;
use super::{ByteOrder, Difference, Primitive, Schema, Shape, Walk};
use crate::stored::align_up;
use crate::{WriteError, Writer};

/// How deep values can be nested that are converted: structs, lists, boxes and lazy parts together.
pub const MAX_LEVELS: u32 = 1024;

/// Why data could not be converted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConvertError {
    /// The layouts are too different.
    Refused {
        /// In what: only what cannot be converted.
        differences: Vec<Difference>,
    },
    /// The data is not what the file's schema says.
    Invalid(WalkError),
    /// The data cannot be written in the program's layout.
    Write(WriteError),
    /// The program's layout needs more bytes than it may.
    Limit {
        /// How many it may have.
        limit: usize,
        /// How many it would have, at least.
        needed: u64,
    },
    /// Values are nested deeper than [`MAX_LEVELS`].
    Levels,
    /// The keys of a map have no order in the program.
    Keys,
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { differences } => {
                for (index, difference) in differences.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "; " };
                    write!(f, "{comma}{difference}")?;
                }
                Ok(())
            }
            Self::Invalid(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
            Self::Limit { limit, needed } => {
                write!(f, "it would have {needed} bytes, and may have {limit}")
            }
            Self::Levels => write!(f, "values are nested deeper than {MAX_LEVELS}"),
            Self::Keys => f.write_str("the keys of a map have no order in this program"),
        }
    }
}

impl From<WriteError> for ConvertError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl core::error::Error for ConvertError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Invalid(error) => Some(error),
            Self::Write(error) => Some(error),
            _ => None,
        }
    }
}

/// Writes data of a file anew, in the layout of this program and the byte order of this machine.
///
/// `block` begins with `count` values of the root of the schema `file`, with numbers in `order`.
/// `program` is the [`Schema::of_type`] what the program expects. Which differences there may be, the
/// [module](super) says.
///
/// The result has at most `limit` bytes. A file can make much of little: a list of four billion
/// elements without bytes has eight bytes, and if the program's elements have one, four billion. Some
/// times the length of the block and a few KiB is enough for honest files.
///
/// # Errors
///
/// [`ConvertError`]. The data is checked by the file's schema first, lazy parts too.
///
/// # Cost
///
/// Linear in the block and what becomes of it, but for maps whose keys have another order in the
/// program: they are sorted.
///
/// # Examples
///
/// ```
/// use raw_serialise::schema::{ByteOrder, Schema, convert};
/// use raw_serialise::stored::type_of;
///
/// let file = Schema::parse("raw-serialise schema 1\nroot [(u16, bool)]\n")?;
/// let program = Schema::of_type(type_of::<(u16, bool)>(), true);
/// let block = convert(&file, ByteOrder::Big, &[1, 2, 1, 0], 1, &program, 4096)?;
/// let [a, b] = 0x0102_u16.to_ne_bytes();
/// assert_eq!(block, [a, b, 1, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn convert(
    file: &Schema,
    order: ByteOrder,
    block: &[u8],
    count: usize,
    program: &Schema,
    limit: usize,
) -> Result<Vec<u8>, ConvertError> {
    let matching = Matching::new(file, program);
    let differences = matching.refused();
    let Some(root) = matching.root.filter(|_| differences.is_empty()) else {
        return Err(ConvertError::Refused { differences });
    };
    Walk::new(file, order, block, count).check().map_err(ConvertError::Invalid)?;
    let file = File { schema: file, order, block };
    let (matching, fills) = (&matching, Fills::new(program));
    let mut converter = Converter { file, program, matching, fills, limit, levels: 0, error: None };
    let mut writer = Writer::default();
    converter.elements(root, 0, count, None, &mut writer);
    match (converter.error, writer.finish()) {
        (None, Ok(block)) if block.len() > limit => {
            Err(ConvertError::Limit { limit, needed: block.len() as u64 })
        }
        (None, Ok(block)) => Ok(block),
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(ConvertError::Write(error)),
    }
}

/// The data as it was.
#[derive(Clone, Copy)]
struct File<'a> {
    schema: &'a Schema,
    order: ByteOrder,
    block: &'a [u8],
}

impl<'a> File<'a> {
    fn bytes(&self, at: usize, size: usize) -> &'a [u8] {
        &self.block[at..at + size]
    }

    fn word(&self, at: usize) -> usize {
        self.order.word(self.bytes(at, 4)) as usize
    }

    fn text(&self, at: usize) -> &'a [u8] {
        match text_form(self.bytes(at, 8)) {
            Ok(length) => self.bytes(at, length),
            Err(length) => self.bytes(at + self.word(at + 4), length as usize),
        }
    }
}

/// Like [`Writer`], it keeps the first error.
struct Converter<'a> {
    file: File<'a>,
    program: &'a Schema,
    matching: &'a Matching<'a>,
    fills: Fills,
    limit: usize,
    levels: u32,
    error: Option<ConvertError>,
}

impl Converter<'_> {
    fn fail(&mut self, error: ConvertError) {
        self.error.get_or_insert(error);
    }

    fn failed(&self, writer: &Writer) -> bool {
        self.error.is_some() || writer.failed()
    }

    /// Appends `count` values that lie one after another in the file from `at` on, or in the order
    /// `sorted`, and then what they point at. Returns where they begin.
    fn elements(
        &mut self,
        plan: PlanRef,
        at: usize,
        count: usize,
        sorted: Option<&[usize]>,
        writer: &mut Writer,
    ) -> usize {
        let plan_of = self.matching.plan(plan);
        let (from, to) = (self.file.schema.size(plan_of.file), self.program.size(plan_of.program));
        let align = self.program.align(plan_of.program);
        let start = align_up(writer.written().len(), align) as u64;
        let needed = (to as u64).saturating_mul(count as u64).saturating_add(start);
        if to > 0 && needed > self.limit as u64 {
            self.fail(ConvertError::Limit { limit: self.limit, needed });
            return 0;
        }
        let start = writer.reserve_bytes(if to == 0 { 0 } else { to * count }, align);
        if to == 0 {
            return start;
        }
        if let How::Primitive(primitive) = plan_of.how
            && (self.file.order == ByteOrder::NATIVE || primitive.size() == 1)
            && sorted.is_none()
        {
            writer.put(start, self.file.bytes(at, count * from));
            return start;
        }
        for index in 0..count {
            if self.failed(writer) {
                break;
            }
            let source = sorted.map_or(index, |sorted| sorted[index]);
            self.value(plan, at + source * from, start + index * to, writer);
        }
        start
    }

    /// Writes the value at `at` in the file to the zeroed place `to`, and appends what it points at.
    fn value(&mut self, plan: PlanRef, at: usize, to: usize, writer: &mut Writer) {
        if self.levels == MAX_LEVELS {
            self.fail(ConvertError::Levels);
        }
        if self.failed(writer) {
            return;
        }
        self.levels += 1;
        self.value_of(plan, at, to, writer);
        self.levels -= 1;
    }

    fn value_of(&mut self, plan: PlanRef, at: usize, to: usize, writer: &mut Writer) {
        let plan = self.matching.plan(plan);
        let file = self.file;
        match &plan.how {
            How::Primitive(primitive) => {
                let mut bytes = [0; 16];
                let bytes = &mut bytes[..primitive.size()];
                bytes.copy_from_slice(file.bytes(at, bytes.len()));
                if file.order != ByteOrder::NATIVE {
                    bytes.reverse();
                }
                writer.put(to, bytes);
            }
            How::Str => {
                // It was found to be UTF-8.
                let text = core::str::from_utf8(file.text(at));
                writer.put_text(to, text.unwrap_or_default());
            }
            How::Array(element, count) => {
                let element_of = self.matching.plan(*element);
                let from = file.schema.size(element_of.file);
                let size = self.program.size(element_of.program);
                for index in 0..if size == 0 { 0 } else { *count } {
                    self.value(*element, at + index * from, to + index * size, writer);
                }
            }
            How::Fields(fields) => self.fields(fields, at, to, writer),
            How::Enum(variants) => {
                let (Shape::Enum { tag, .. }, Shape::Enum { tag: ours, .. }) =
                    (file.schema.shape(plan.file), self.program.shape(plan.program))
                else {
                    return;
                };
                let found = file.order.tag(*tag, file.bytes(at, tag.size()));
                let variant = self.matching.variant(plan.file, found);
                let Some(variant) = variant.and_then(|it| variants.get(it)) else { return };
                put_tag(*ours, variant.tag, to, writer);
                self.fields(&variant.fields, at, to, writer);
            }
            How::List(element) => {
                let (start, count) = (at + file.word(at), file.word(at + 4));
                writer.put_list(to, count, false, |writer| {
                    self.elements(*element, start, count, None, writer)
                });
            }
            How::Boxed(target) => {
                let start = at + file.word(at);
                writer.put_distance(to, to, false, |writer| {
                    self.elements(*target, start, 1, None, writer)
                });
            }
            How::Maybe(value) => {
                if file.block[at] == 1 {
                    writer.put(to, &[1]);
                    let (from, align) =
                        (file.schema.align(plan.file), self.program.align(plan.program));
                    self.value(*value, at + from, to + align, writer);
                }
            }
            How::Map(key, value, may_move) => self.map(*key, *value, *may_move, at, to, writer),
            How::Lazy(value) => {
                let start = at + file.word(at);
                let mut length = 0;
                writer.put_distance(to, to, true, |writer| {
                    let (start, bytes) = writer.part(|writer| {
                        self.elements(*value, start, 1, None, writer);
                    });
                    length = bytes;
                    start
                });
                match u32::try_from(length) {
                    Ok(length) => writer.put(to + 4, &length.to_ne_bytes()),
                    Err(_) => writer.fail(WriteError::Distance { distance: length }),
                }
            }
        }
    }

    fn fields(&mut self, fields: &[FieldPlan], at: usize, to: usize, writer: &mut Writer) {
        for field in fields {
            let to = to + field.offset;
            match field.source {
                Source::File(offset, plan) => self.value(plan, at + offset, to, writer),
                Source::Default(default) => default(to, writer),
                Source::Empty => self.fills.write(self.program, field.ty, to, writer),
            }
        }
        let (needed, limit) = (writer.written().len() as u64, self.limit);
        if needed > limit as u64 {
            self.fail(ConvertError::Limit { limit, needed });
        }
    }

    fn map(
        &mut self,
        key: PlanRef,
        value: PlanRef,
        may_move: bool,
        at: usize,
        to: usize,
        writer: &mut Writer,
    ) {
        let (count, keys) = (self.file.word(at + 4), at + self.file.word(at));
        let values = at + self.file.word(at + 8);
        if count == 0 {
            return;
        }
        let sorted = if may_move && count > 1 { self.sorted(key, keys, count) } else { None };
        let sorted = sorted.as_deref();
        writer.put_list(to, count, false, |writer| self.elements(key, keys, count, sorted, writer));
        writer.put_distance(to + 8, to, false, |writer| {
            self.elements(value, values, count, sorted, writer)
        });
    }

    /// In which order the program has the keys. They are written once more for that, to be compared.
    fn sorted(&mut self, key: PlanRef, keys: usize, count: usize) -> Option<Vec<usize>> {
        let mut scratch = Writer::default();
        let start = self.elements(key, keys, count, None, &mut scratch);
        if self.error.is_some() {
            return None;
        }
        let block = scratch.finish().map_err(|error| self.fail(ConvertError::Write(error))).ok()?;
        let ty = self.matching.plan(key).program;
        if !order::is_ordered(self.program, ty) {
            self.fail(ConvertError::Keys);
            return None;
        }
        Some(order::sorted(self.program, &block, ty, start, count))
    }
}

/// Writes the tag of an enum, which was found to be in the range of its integer.
fn put_tag(integer: Primitive, tag: i128, to: usize, writer: &mut Writer) {
    let size = integer.size();
    match ByteOrder::NATIVE {
        ByteOrder::Little => writer.put(to, &tag.to_le_bytes()[..size]),
        ByteOrder::Big => writer.put(to, &tag.to_be_bytes()[16 - size..]),
    }
}
