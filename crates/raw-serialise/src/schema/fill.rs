//! Values that mean nothing: for fields that a file lacks.

use alloc::vec;
use alloc::vec::Vec;

use super::{Fields, Primitive, Schema, Shape, TypeRef};
use crate::Writer;

/// Whether a type has such a value, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fill {
    /// Zeroes.
    Zero,
    /// Zeroes, and empty texts, which are not zero.
    Text,
    /// It has none.
    None,
}

/// For each type of a schema, what is known by now.
#[derive(Debug)]
pub(super) struct Fills(Vec<Option<Fill>>);

impl Fills {
    pub(super) fn new(schema: &Schema) -> Self {
        Self(vec![None; schema.nodes.len()])
    }

    /// 0, `false`, NUL, `None`, empty, or the first variant, if its tag is 0; and what is made of these.
    pub(super) fn of(&mut self, schema: &Schema, ty: TypeRef) -> Fill {
        let index = ty.0 as usize;
        if let Some(known) = self.0[index] {
            return known;
        }
        // For a type in itself, which there is not.
        self.0[index] = Some(Fill::None);
        let fill = match schema.shape(ty) {
            Shape::Primitive(Primitive::NonZeroUnsigned(_) | Primitive::NonZeroSigned(_)) => {
                Fill::None
            }
            Shape::Primitive(_) | Shape::List(_) | Shape::Maybe(_) | Shape::Map(..) => Fill::Zero,
            Shape::Array { count: 0, .. } => Fill::Zero,
            Shape::Array { element, .. } => self.of(schema, *element),
            Shape::Struct { fields, .. } | Shape::Tuple(fields) => self.fields(schema, fields),
            Shape::Enum { variants, .. } => match variants.first() {
                Some(first) if first.tag == 0 => self.fields(schema, &first.fields),
                _ => Fill::None,
            },
            Shape::Str => Fill::Text,
            Shape::Boxed(_) | Shape::Lazy(_) => Fill::None,
        };
        self.0[index] = Some(fill);
        fill
    }

    fn fields(&mut self, schema: &Schema, fields: &Fields) -> Fill {
        fields.iter().map(|field| self.of(schema, field.ty)).max().unwrap_or(Fill::Zero)
    }

    /// Writes such a value to a place that is zero.
    pub(super) fn write(&mut self, schema: &Schema, ty: TypeRef, at: usize, writer: &mut Writer) {
        if self.of(schema, ty) != Fill::Text {
            return;
        }
        match schema.shape(ty) {
            Shape::Str => writer.put_text(at, ""),
            Shape::Array { element, count } => {
                // A type with a text in it has a size.
                for index in 0..*count {
                    self.write(schema, *element, at + index * schema.size(*element), writer);
                }
            }
            Shape::Struct { fields, .. } | Shape::Tuple(fields) => {
                self.write_fields(schema, fields, at, writer);
            }
            Shape::Enum { variants, .. } => {
                if let Some(first) = variants.first() {
                    self.write_fields(schema, &first.fields, at, writer);
                }
            }
            _ => {}
        }
    }

    fn write_fields(&mut self, schema: &Schema, fields: &Fields, at: usize, writer: &mut Writer) {
        for &index in &fields.solid {
            let field = &fields[index as usize];
            self.write(schema, field.ty, at + field.offset, writer);
        }
    }
}
