//! A schema as a tree.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use super::{Field, Schema, Shape, TypeRef};

/// How deep the tree grows. What is deeper stands in it without its parts.
const MAX_DEPTH: usize = 24;

/// A schema, each struct and enum shown where it is first met.
pub(super) struct Tree<'a>(pub(super) &'a Schema);

impl Display for Tree<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let schema = self.0;
        let root = schema.type_text(schema.root);
        if schema.many {
            writeln!(f, "[{root}]")?
        } else {
            writeln!(f, "{root}")?
        }
        let shown = vec![false; schema.nodes.len()];
        Grower { schema, shown, depth: 1 }.types_in(f, schema.root)
    }
}

struct Grower<'a> {
    schema: &'a Schema,
    shown: Vec<bool>,
    depth: usize,
}

impl Grower<'_> {
    /// Shows the structs and enums that an expression names.
    fn types_in(&mut self, f: &mut Formatter<'_>, ty: TypeRef) -> fmt::Result {
        match self.schema.shape(ty) {
            Shape::Primitive(_) | Shape::Str => Ok(()),
            Shape::Array { element: part, .. }
            | Shape::List(part)
            | Shape::Boxed(part)
            | Shape::Maybe(part)
            | Shape::Lazy(part) => self.types_in(f, *part),
            Shape::Map(key, value) => {
                self.types_in(f, *key)?;
                self.types_in(f, *value)
            }
            Shape::Tuple(fields) => fields.iter().try_for_each(|field| self.types_in(f, field.ty)),
            Shape::Struct { .. } | Shape::Enum { .. } => self.named(f, ty),
        }
    }

    fn named(&mut self, f: &mut Formatter<'_>, ty: TypeRef) -> fmt::Result {
        let shown = &mut self.shown[ty.0 as usize];
        if *shown || self.depth > MAX_DEPTH {
            return Ok(());
        }
        *shown = true;
        let (size, align) = (self.schema.size(ty), self.schema.align(ty));
        self.indent(f, 0)?;
        match self.schema.shape(ty) {
            Shape::Struct { name, fields } => {
                writeln!(f, "{name}, a struct of {size} bytes, aligned to {align}")?;
                fields.iter().try_for_each(|field| self.field(f, field, 1))
            }
            Shape::Enum { name, tag, variants } => {
                let tag = tag.name();
                writeln!(f, "{name}, an enum of {size} bytes, aligned to {align}, by a {tag}")?;
                for variant in variants.iter() {
                    self.indent(f, 1)?;
                    writeln!(f, "{} = {}", variant.name, variant.tag)?;
                    variant.fields.iter().try_for_each(|field| self.field(f, field, 2))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn field(&mut self, f: &mut Formatter<'_>, field: &Field, deeper: usize) -> fmt::Result {
        self.indent(f, deeper)?;
        writeln!(f, "{} at {}: {}", field.name, field.offset, self.schema.type_text(field.ty))?;
        self.depth += deeper + 1;
        self.types_in(f, field.ty)?;
        self.depth -= deeper + 1;
        Ok(())
    }

    fn indent(&self, f: &mut Formatter<'_>, deeper: usize) -> fmt::Result {
        (0..self.depth + deeper).try_for_each(|_| f.write_str("  "))
    }
}
