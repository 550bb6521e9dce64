//! Which of two keys is the lower one, in data that was checked.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::fault::Fault;
use super::walk::text_form;
use super::{ByteOrder, Fields, Primitive, Schema, Shape, TypeRef};
use crate::check::Reason;

/// Checks that the keys from `start` on rise.
///
/// Each is looked at twice at most.
pub(super) fn rising(
    schema: &Schema,
    order: ByteOrder,
    block: &[u8],
    key: TypeRef,
    start: usize,
    count: usize,
) -> Result<(), Fault> {
    let keys = Keys { schema, order, block };
    let size = schema.size(key);
    for entry in 1..count {
        // Without a size they are equal, and so this ends.
        let at = start + (entry - 1) * size;
        if keys.compare(key, at, at + size)? != Ordering::Less {
            return Err(Reason::Order { entry }.into());
        }
    }
    Ok(())
}

/// The numbers of the keys from `start` on, from the lowest to the highest. Their type is ordered.
pub(super) fn sorted(
    schema: &Schema,
    block: &[u8],
    key: TypeRef,
    start: usize,
    count: usize,
) -> Vec<usize> {
    let keys = Keys { schema, order: ByteOrder::NATIVE, block };
    let size = schema.size(key);
    let mut sorted: Vec<_> = (0..count).collect();
    sorted.sort_by(|&a, &b| {
        // Nothing without an order is in them.
        keys.compare(key, start + a * size, start + b * size).unwrap_or(Ordering::Equal)
    });
    sorted
}

/// Whether all values of a type can be compared.
pub(super) fn is_ordered(schema: &Schema, key: TypeRef) -> bool {
    let mut seen = vec![false; schema.nodes.len()];
    let mut todo = vec![key];
    while let Some(ty) = todo.pop() {
        if core::mem::replace(&mut seen[ty.0 as usize], true) {
            continue;
        }
        match schema.shape(ty) {
            Shape::Primitive(Primitive::Float(_)) | Shape::Map(..) | Shape::Lazy(_) => {
                return false;
            }
            Shape::Primitive(_) | Shape::Str => {}
            Shape::Array { element: part, .. }
            | Shape::List(part)
            | Shape::Boxed(part)
            | Shape::Maybe(part) => todo.push(*part),
            Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                todo.extend(fields.iter().map(|field| field.ty));
            }
            Shape::Enum { variants, .. } => {
                todo.extend(variants.iter().flat_map(|it| it.fields.iter()).map(|it| it.ty));
            }
        }
    }
    true
}

struct Keys<'a> {
    schema: &'a Schema,
    order: ByteOrder,
    block: &'a [u8],
}

/// What is still to be compared.
enum Todo<'a> {
    Elements {
        ty: TypeRef,
        a: usize,
        b: usize,
        left: usize,
    },
    Fields {
        fields: &'a Fields,
        a: usize,
        b: usize,
        next: usize,
    },
    /// The lengths of lists, whose elements are above this.
    Known(Ordering),
}

impl<'a> Keys<'a> {
    /// In the order that `#[derive(PartialOrd)]` gives: fields in turn; enums by tag, and then by fields;
    /// lists by their elements, and then by length.
    fn compare(&self, ty: TypeRef, a: usize, b: usize) -> Result<Ordering, Fault> {
        let mut todo = vec![Todo::Elements { ty, a, b, left: 1 }];
        while let Some(next) = todo.last_mut() {
            let (ty, a, b) = match next {
                Todo::Elements { left: 0, .. } => {
                    todo.pop();
                    continue;
                }
                Todo::Elements { ty, a, b, left } => {
                    let (ty, size) = (*ty, self.schema.size(*ty));
                    // Without a size they are equal, all of them.
                    *left = if size == 0 { 0 } else { *left - 1 };
                    let places = (ty, *a, *b);
                    (*a, *b) = (*a + size, *b + size);
                    places
                }
                Todo::Fields { fields, a, b, next } => {
                    let Some(&index) = fields.solid.get(*next) else {
                        todo.pop();
                        continue;
                    };
                    *next += 1;
                    let field = &fields[index as usize];
                    (field.ty, *a + field.offset, *b + field.offset)
                }
                Todo::Known(Ordering::Equal) => {
                    todo.pop();
                    continue;
                }
                Todo::Known(ordering) => return Ok(*ordering),
            };
            let ordering = match self.schema.shape(ty) {
                Shape::Primitive(primitive) => self.numbers(*primitive, a, b)?,
                Shape::Str => self.text(a).cmp(self.text(b)),
                Shape::Array { element, count } => {
                    todo.push(Todo::Elements { ty: *element, a, b, left: *count });
                    Ordering::Equal
                }
                Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                    todo.push(Todo::Fields { fields, a, b, next: 0 });
                    Ordering::Equal
                }
                Shape::Enum { tag, variants, .. } => {
                    let ordering = self.numbers(*tag, a, b)?;
                    if ordering.is_eq()
                        && let Some(variant) = variants.with_tag(self.tag(*tag, a))
                    {
                        todo.push(Todo::Fields { fields: &variant.fields, a, b, next: 0 });
                    }
                    ordering
                }
                Shape::List(element) => {
                    let (count_a, count_b) = (self.word(a + 4), self.word(b + 4));
                    todo.push(Todo::Known(count_a.cmp(&count_b)));
                    let left = count_a.min(count_b) as usize;
                    let (a, b) = (a + self.word(a) as usize, b + self.word(b) as usize);
                    todo.push(Todo::Elements { ty: *element, a, b, left });
                    Ordering::Equal
                }
                Shape::Boxed(target) => {
                    let (a, b) = (a + self.word(a) as usize, b + self.word(b) as usize);
                    todo.push(Todo::Elements { ty: *target, a, b, left: 1 });
                    Ordering::Equal
                }
                Shape::Maybe(value) => {
                    let ordering = self.block[a].cmp(&self.block[b]);
                    if ordering.is_eq() && self.block[a] == 1 {
                        let align = self.schema.align(*value);
                        let (a, b) = (a + align, b + align);
                        todo.push(Todo::Elements { ty: *value, a, b, left: 1 });
                    }
                    ordering
                }
                Shape::Map(..) | Shape::Lazy(_) => return Err(Fault::NoOrder),
            };
            if ordering.is_ne() {
                return Ok(ordering);
            }
        }
        Ok(Ordering::Equal)
    }

    fn bytes(&self, at: usize, size: usize) -> &'a [u8] {
        &self.block[at..at + size]
    }

    fn word(&self, at: usize) -> u32 {
        self.order.word(self.bytes(at, 4))
    }

    fn numbers(&self, primitive: Primitive, a: usize, b: usize) -> Result<Ordering, Fault> {
        let (a, b) = (self.bytes(a, primitive.size()), self.bytes(b, primitive.size()));
        match primitive {
            Primitive::Float(_) => Err(Fault::NoOrder),
            Primitive::Signed(_) | Primitive::NonZeroSigned(_) => {
                Ok(self.order.signed(a).cmp(&self.order.signed(b)))
            }
            _ => Ok(self.order.number(a).cmp(&self.order.number(b))),
        }
    }

    fn tag(&self, tag: Primitive, at: usize) -> i128 {
        self.order.tag(tag, self.bytes(at, tag.size()))
    }

    /// The bytes of a text.
    fn text(&self, at: usize) -> &'a [u8] {
        match text_form(self.bytes(at, 8)) {
            Ok(length) => self.bytes(at, length),
            Err(length) => self.bytes(at + self.word(at + 4) as usize, length as usize),
        }
    }
}
