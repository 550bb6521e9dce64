//! Data, checked and looked through by its schema.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::event::{Event, What};
use super::fault::{Fault, WalkError};
use super::order;
use super::path::{Frame, Role};
use super::{ByteOrder, Fields, Primitive, Schema, Shape, TypeRef, Value};
use crate::check::{MAX_DEPTH, Reason};
use crate::stored::{MAX_ALIGN, align_up};

/// Looks through a block of stored data by its schema, and checks it on the way.
///
/// It accepts what the [`Checker`](crate::check::Checker) accepts, by the same rules: each value must
/// be valid, gaps zero, and what is pointed at must lie right behind what lies before it. Keys are
/// ordered as `#[derive(PartialOrd)]` orders them. Unlike the checker it looks into lazy parts.
///
/// An iterator of [`Event`]s in the order of the bytes, but that a value's own come before those that
/// it points at. After an error it ends. Fields and elements without bytes are not mentioned.
///
/// # Cost
///
/// Linear in the block, whatever the schema; memory grows with the depth.
///
/// # Examples
///
/// ```
/// use raw_serialise::schema::{ByteOrder, Schema, Walk, What};
///
/// let schema = Schema::parse("raw-serialise schema 1\nroot [(u16, bool)]\n")?;
/// let block = [0, 1, 1, 0, 0, 2, 7, 0];
/// let mut walk = Walk::new(&schema, ByteOrder::Big, &block, 2);
/// let mut seen = Vec::new();
/// let error = loop {
///     match walk.next() {
///         Some(Ok(event)) => if let What::Value(value) = event.what {
///             seen.push(format!("{} = {value}", walk.path()));
///         },
///         Some(Err(error)) => break error,
///         None => unreachable!("7 is no bool"),
///     }
/// };
/// assert_eq!(seen, ["[0].0 = 1", "[0].1 = true", "[1].0 = 2"]);
/// assert_eq!(error.to_string(), "at byte 6, `[1].1`: expected a bool, 0 or 1, and found 7");
/// # Ok::<(), raw_serialise::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    schema: &'a Schema,
    order: ByteOrder,
    block: &'a [u8],
    /// Everything before it belongs to something.
    cursor: usize,
    /// Where the block, or the lazy part, ends.
    limit: usize,
    depth: u32,
    parts: u32,
    pub(super) stack: Vec<Frame<'a>>,
    /// Whether values are shown of which any bytes are one.
    all: bool,
    lazy: bool,
}

type Step<'a> = Result<Option<Event<'a>>, (usize, Fault)>;

impl<'a> Walk<'a> {
    /// Begins with a block that begins with `count` values of the schema's root type, whether it is
    /// one or many. The block may lie anywhere in memory.
    #[must_use]
    pub fn new(schema: &'a Schema, order: ByteOrder, block: &'a [u8], count: usize) -> Self {
        let role = if schema.many { Role::Element } else { Role::Only };
        let stack = vec![
            Frame::Block { cursor: 0, limit: 0, depth: 0 },
            Frame::Elements { ty: schema.root, at: 0, next: 0, count, deeper: false, role },
        ];
        let (cursor, limit) = (0, block.len());
        let (depth, parts, all, lazy) = (0, 0, true, true);
        Self { schema, order, block, cursor, limit, depth, parts, stack, all, lazy }
    }

    /// Does not look into lazy parts, and so accepts exactly what the checker accepts.
    #[must_use]
    pub const fn without_lazy_parts(mut self) -> Self {
        self.lazy = false;
        self
    }

    /// Goes to the end, without a stop at values of which any bytes are one.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn check(mut self) -> Result<(), WalkError> {
        self.all = false;
        self.try_for_each(|event| event.map(drop))
    }

    /// Goes on to the next event; `None` is the end.
    fn advance(&mut self) -> Step<'a> {
        if let [Frame::Block { .. }, Frame::Elements { ty, next: 0, count, .. }] = self.stack[..]
            && self.cursor == 0
        {
            self.begin(0, ty, count)?;
        }
        loop {
            let Some(frame) = self.stack.last_mut() else { return Ok(None) };
            let event = match frame {
                Frame::Elements { ty, at, next, count, deeper, role } => {
                    if next == count {
                        self.depth -= u32::from(*deeper);
                        self.stack.pop();
                        continue;
                    }
                    let (ty, start, left) = (*ty, *at, *count);
                    let node = self.schema.node(ty);
                    if *next == 0 && node.any_bytes && !self.all {
                        *next = *count;
                        continue;
                    }
                    if *next == 0
                        && node.any_bytes
                        && matches!(node.shape, Shape::Primitive(_))
                        && left > 1
                    {
                        *next = *count;
                        *role = match role {
                            Role::Key => Role::Keys,
                            Role::Value => Role::Values,
                            _ => Role::Only,
                        };
                        let own = start..start + left * node.size;
                        return Ok(Some(Event { ty, own, what: What::Numbers(left) }));
                    }
                    let start = start + *next * node.size;
                    *next += 1;
                    self.enter(ty, start)?
                }
                Frame::Fields { fields, at, next, end, whole, gap, .. } => {
                    *gap = true;
                    let (before, start) = (*at + *end, *at);
                    let Some(&index) = fields.solid.get(*next) else {
                        let whole = *at + *whole;
                        self.gap(before..whole)?;
                        self.stack.pop();
                        continue;
                    };
                    let field = &fields.all[index as usize];
                    let (ty, place) = (field.ty, start + field.offset);
                    *end = field.offset + self.schema.node(ty).size;
                    *next += 1;
                    let range = before..place;
                    Self::gap_of(self.block, range)?;
                    *gap = false;
                    self.enter(ty, place)?
                }
                Frame::Map { ty, at, values } => {
                    let (ty, at) = (*ty, *at);
                    if *values {
                        self.stack.pop();
                        continue;
                    }
                    *values = true;
                    self.map_values(ty, at)?
                }
                Frame::Block { cursor, limit, depth } => {
                    let rest = self.limit - self.cursor;
                    if rest > 0 {
                        return Err((self.cursor, Reason::Rest(rest).into()));
                    }
                    (self.cursor, self.limit, self.depth) = (*cursor, *limit, *depth);
                    self.parts = self.parts.saturating_sub(1);
                    self.stack.pop();
                    continue;
                }
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// Claims the values with which a block begins.
    fn begin(&mut self, start: usize, ty: TypeRef, count: usize) -> Result<(), (usize, Fault)> {
        let size = self.schema.size(ty);
        let length = self.limit - start;
        match size.checked_mul(count).filter(|&size| size <= length) {
            Some(size) => self.cursor = start + size,
            None => {
                let found = (size as u64).saturating_mul(count as u64);
                return Err((start, Reason::End { expected: length, found }.into()));
            }
        }
        if size == 0
            && let Some(Frame::Elements { count, .. }) = self.stack.last_mut()
        {
            *count = 0;
        }
        Ok(())
    }

    fn gap(&self, range: Range<usize>) -> Result<(), (usize, Fault)> {
        Self::gap_of(self.block, range)
    }

    fn gap_of(block: &[u8], range: Range<usize>) -> Result<(), (usize, Fault)> {
        match block[range.clone()].iter().zip(range).find(|it| *it.0 != 0) {
            None => Ok(()),
            Some((&byte, at)) => Err((at, Reason::Gap(byte).into())),
        }
    }

    fn word(&self, at: usize) -> u32 {
        self.order.word(&self.block[at..at + 4])
    }

    /// As [`Checker::claim`](crate::check::Checker): where they lie.
    fn claim(
        &mut self,
        at: usize,
        distance: u32,
        count: u32,
        size: usize,
        align: usize,
    ) -> Result<Range<usize>, (usize, Fault)> {
        let found = at.wrapping_add(distance as usize);
        let expected = align_up(self.cursor, align);
        if found != expected {
            return Err((at, Reason::Place { expected, found }.into()));
        }
        // A size that was parsed is at most 2^31; that of a type of the program may be anything.
        let length = u64::from(count).saturating_mul(size as u64);
        let end = (found as u64).saturating_add(length);
        if end > self.limit as u64 {
            return Err((at, Reason::End { expected: self.limit, found: end }.into()));
        }
        let end = end as usize;
        self.gap(self.cursor..found)?;
        self.cursor = end;
        Ok(found..end)
    }

    /// Looks at values that something points at next.
    fn push(
        &mut self,
        at: usize,
        ty: TypeRef,
        start: usize,
        count: usize,
        role: Role,
    ) -> Result<(), (usize, Fault)> {
        let node = self.schema.node(ty);
        let deeper = !node.any_bytes || matches!(role, Role::Only);
        if deeper && self.depth == MAX_DEPTH {
            return Err((at, Reason::Depth.into()));
        }
        self.depth += u32::from(deeper);
        let count = if node.size == 0 { 0 } else { count };
        self.stack.push(Frame::Elements { ty, at: start, next: 0, count, deeper, role });
        Ok(())
    }

    /// The list, or the keys, whose distance and number begin at `at`.
    fn list(
        &mut self,
        at: usize,
        ty: TypeRef,
        role: Role,
    ) -> Result<(usize, Range<usize>), (usize, Fault)> {
        let (distance, count) = (self.word(at), self.word(at + 4));
        self.elements(at, distance, count, ty, role)
    }

    fn elements(
        &mut self,
        at: usize,
        distance: u32,
        count: u32,
        ty: TypeRef,
        role: Role,
    ) -> Result<(usize, Range<usize>), (usize, Fault)> {
        if count == 0 {
            if distance != 0 {
                return Err((at, Reason::Empty(distance).into()));
            }
            return Ok((0, at..at));
        }
        let (size, align) = (self.schema.size(ty), self.schema.align(ty));
        let range = self.claim(at, distance, count, size, align)?;
        self.push(at, ty, range.start, count as usize, role)?;
        Ok((count as usize, range))
    }

    fn map_values(&mut self, ty: TypeRef, at: usize) -> Step<'a> {
        let Shape::Map(key, value) = self.schema.shape(ty) else { return Ok(None) };
        let count = self.word(at + 4);
        if count > 0 {
            let keys = at + self.word(at) as usize;
            order::rising(self.schema, self.order, self.block, *key, keys, count as usize)
                .map_err(|fault| (at, fault))?;
        }
        let distance = self.word(at + 8);
        let (count, range) = self.elements(at, distance, count, *value, Role::Value)?;
        Ok(Some(Event { ty, own: at + 8..at + 12, what: What::Pointer(count, range) }))
    }

    /// Looks at a value. Its parts are on the stack then.
    fn enter(&mut self, ty: TypeRef, at: usize) -> Step<'a> {
        let schema = self.schema;
        let node = schema.node(ty);
        if node.any_bytes && !self.all {
            return Ok(None);
        }
        let mut own = at..at;
        let what = match &node.shape {
            Shape::Primitive(primitive) => {
                own.end += node.size;
                What::Value(self.primitive(*primitive, own.clone())?)
            }
            Shape::Array { element, count } => {
                let count = if node.size == 0 { 0 } else { *count };
                let role = Role::Element;
                self.stack.push(Frame::Elements {
                    ty: *element,
                    at,
                    next: 0,
                    count,
                    deeper: false,
                    role,
                });
                What::Parts
            }
            Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                self.fields(fields, "", at, 0, node.size);
                What::Parts
            }
            Shape::Enum { tag, variants, .. } => {
                own.end += tag.size();
                let bytes = &self.block[own.clone()];
                let found = self.order.tag(*tag, bytes);
                let Some(variant) = variants.with_tag(found) else {
                    return Err((at, Reason::Tag(found).into()));
                };
                self.fields(&variant.fields, &variant.name, at, tag.size(), node.size);
                What::Variant(&variant.name)
            }
            Shape::Str => {
                own.end += 8;
                self.text(at)?
            }
            Shape::List(element) => {
                own.end += 8;
                let (count, range) = self.list(at, *element, Role::Element)?;
                What::Pointer(count, range)
            }
            Shape::Map(key, _) => {
                own.end += 8;
                self.stack.push(Frame::Map { ty, at, values: false });
                let (count, range) = self.list(at, *key, Role::Key)?;
                What::Pointer(count, range)
            }
            Shape::Boxed(target) => {
                own.end += 4;
                let (size, align) = (schema.size(*target), schema.align(*target));
                let range = self.claim(at, self.word(at), 1, size, align)?;
                self.push(at, *target, range.start, 1, Role::Only)?;
                What::Pointer(1, range)
            }
            Shape::Maybe(value) => {
                own.end += 1;
                let place = at + node.align;
                self.gap(at + 1..place)?;
                match self.block[at] {
                    0 => self.gap(place..at + node.size)?,
                    1 => {
                        let count = usize::from(schema.size(*value) > 0);
                        let role = Role::Only;
                        self.stack.push(Frame::Elements {
                            ty: *value,
                            at: place,
                            next: 0,
                            count,
                            deeper: false,
                            role,
                        });
                    }
                    other => return Err((at, Reason::Tag(i128::from(other)).into())),
                }
                What::Option(self.block[at] == 1)
            }
            Shape::Lazy(value) => {
                own.end += 8;
                let range = self.claim(at, self.word(at), self.word(at + 4), 1, MAX_ALIGN)?;
                if self.lazy {
                    self.part(at, range.clone(), *value)?;
                }
                What::Pointer(1, range)
            }
        };
        Ok(Some(Event { ty, own, what }))
    }

    fn fields(
        &mut self,
        fields: &'a Fields,
        variant: &'a str,
        at: usize,
        end: usize,
        whole: usize,
    ) {
        self.stack.push(Frame::Fields { fields, variant, at, next: 0, end, whole, gap: true });
    }

    fn part(&mut self, at: usize, range: Range<usize>, ty: TypeRef) -> Result<(), (usize, Fault)> {
        if self.parts == MAX_DEPTH {
            return Err((at, Fault::Parts));
        }
        self.parts += 1;
        self.stack.push(Frame::Block { cursor: self.cursor, limit: self.limit, depth: self.depth });
        let role = Role::Only;
        self.stack.push(Frame::Elements {
            ty,
            at: range.start,
            next: 0,
            count: 1,
            deeper: false,
            role,
        });
        (self.limit, self.depth) = (range.end, 0);
        self.begin(range.start, ty, 1)
    }

    fn primitive(
        &self,
        primitive: Primitive,
        own: Range<usize>,
    ) -> Result<Value<'a>, (usize, Fault)> {
        let bytes = &self.block[own.clone()];
        Value::of(primitive, self.order, bytes).ok_or_else(|| {
            let reason = match primitive {
                Primitive::Bool => Reason::Bool(bytes[0]),
                Primitive::Char => Reason::Char(self.order.word(bytes)),
                _ => Reason::Zero,
            };
            (own.start, reason.into())
        })
    }

    fn text(&mut self, at: usize) -> Result<What<'a>, (usize, Fault)> {
        let (range, short) = match text_form(&self.block[at..at + 8]) {
            Ok(length) => (at..at + length, true),
            Err(length) if length <= 8 => return Err((at, Reason::Text.into())),
            Err(length) => (self.claim(at, self.word(at + 4), length, 1, 1)?, false),
        };
        match core::str::from_utf8(&self.block[range.clone()]) {
            Ok(text) if short => Ok(What::Value(Value::Text(text))),
            Ok(text) => Ok(What::Text(text, range)),
            Err(error) => Err((range.start, Reason::Utf8(error.valid_up_to()).into())),
        }
    }
}

/// The length of a text that lies in its eight bytes, or else of one that lies elsewhere.
pub(super) fn text_form(bytes: &[u8]) -> Result<usize, u32> {
    if bytes[0] & 0xc0 == 0x80 {
        let word = ByteOrder::Little.word(&bytes[..4]);
        return Err((word & 0x3f) | word >> 8 << 6);
    }
    Ok(8 - bytes.iter().rev().take_while(|&&byte| byte == 0xff).count())
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Event<'a>, WalkError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.advance() {
            Ok(event) => event.map(Ok),
            Err((at, fault)) => {
                let path = self.path();
                self.stack.clear();
                Some(Err(WalkError { at, path, fault }))
            }
        }
    }
}

impl core::iter::FusedIterator for Walk<'_> {}
