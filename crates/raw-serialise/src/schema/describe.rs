//! A schema of a type of the program.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::TypeId;

use super::text::{RESERVED, in_name};
use super::{Field, Fields, Primitive, Schema, Shape, TypeRef, Variant, Variants};
use crate::stored::{self, Kind, Type};

/// How often each name was given.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, u32>);

impl Names {
    /// How the next type called `name` is called in the text.
    pub(super) fn next(&mut self, name: &str) -> String {
        let reserved = RESERVED.contains(&name) || Primitive::with_name(name).is_some();
        let count = self.0.entry(name.to_owned()).or_insert(u32::from(reserved));
        *count += 1;
        if *count == 1 { name.to_owned() } else { format!("{name}'{count}") }
    }
}

struct Describer {
    schema: Schema,
    known: BTreeMap<TypeId, TypeRef>,
    names: Names,
    /// Those whose parts are not yet described.
    next: Vec<&'static Type>,
}

impl Schema {
    /// Describes a section that holds one value stored as `ty`, or `many`.
    ///
    /// ```
    /// use raw_serialise::heap::{List, Str};
    /// use raw_serialise::schema::Schema;
    /// use raw_serialise::stored::type_of;
    ///
    /// let schema = Schema::of_type(type_of::<(u32, List<Str>)>(), true);
    /// assert_eq!(schema.text(), "raw-serialise schema 1\nroot [(u32, list<str>)]\n");
    /// ```
    #[must_use]
    pub fn of_type(ty: &'static Type, many: bool) -> Self {
        let schema = Self { many, root: TypeRef(0), nodes: Vec::new(), named: Vec::new() };
        let (known, names) = (BTreeMap::new(), Names::default());
        let mut describer = Describer { schema, known, names, next: Vec::new() };
        describer.schema.root = describer.mention(ty);
        let mut done = 0;
        while let Some(&ty) = describer.next.get(done) {
            describer.define(describer.schema.named[done], ty);
            done += 1;
        }
        describer.schema.finish();
        describer.schema
    }
}

impl Describer {
    fn mention(&mut self, ty: &'static Type) -> TypeRef {
        let shape = match ty.kind {
            Kind::Primitive => match Primitive::with_name(ty.name) {
                Some(primitive) => Shape::Primitive(primitive),
                // No such type is in this crate. Its size is right, and its bytes are refused.
                None => return self.name(ty),
            },
            Kind::Array { element, count } => {
                Shape::Array { element: self.mention(element()), count }
            }
            Kind::Struct(_) | Kind::Enum { .. } => return self.name(ty),
            Kind::Tuple(fields) => Shape::Tuple(self.fields(fields)),
            Kind::Str => Shape::Str,
            Kind::List(element) => Shape::List(self.mention(element())),
            Kind::Boxed(target) => Shape::Boxed(self.mention(target())),
            Kind::Maybe(value) => Shape::Maybe(self.mention(value())),
            Kind::Map(key, value) => {
                let key = self.mention(key());
                Shape::Map(key, self.mention(value()))
            }
            Kind::Lazy(value) => Shape::Lazy(self.mention(value())),
        };
        self.push(shape, ty)
    }

    /// A struct or enum: the same type each time that it is named.
    fn name(&mut self, ty: &'static Type) -> TypeRef {
        if let Some(&known) = self.known.get(&(ty.id)()) {
            return known;
        }
        let name = self.names.next(&plain_name(ty.name));
        let new = self.push(Shape::Struct { name, fields: Fields::default() }, ty);
        self.known.insert((ty.id)(), new);
        self.schema.named.push(new);
        self.next.push(ty);
        new
    }

    fn push(&mut self, shape: Shape, ty: &'static Type) -> TypeRef {
        let new = self.schema.push(shape, 0);
        let node = self.schema.node_mut(new);
        (node.size, node.align) = (ty.size, ty.align);
        new
    }

    fn define(&mut self, place: TypeRef, ty: &'static Type) {
        let Shape::Struct { name, .. } = &mut self.schema.node_mut(place).shape else { return };
        let name = core::mem::take(name);
        let shape = match ty.kind {
            Kind::Struct(fields) => Shape::Struct { name, fields: self.fields(fields) },
            Kind::Enum { tag, variants } => {
                let all = variants.iter().map(|it| Variant {
                    name: plain_name(it.name),
                    tag: it.tag,
                    fields: self.fields(it.fields),
                    line: 0,
                });
                let variants = Variants { all: all.collect(), by_tag: Vec::new() };
                let tag = Primitive::with_name(tag().name).unwrap_or(Primitive::Unsigned(1));
                Shape::Enum { name, tag, variants }
            }
            _ => Shape::Struct { name, fields: Fields::default() },
        };
        self.schema.node_mut(place).shape = shape;
    }

    fn fields(&mut self, fields: &'static [stored::Field]) -> Fields {
        let all = fields.iter().map(|it| Field {
            name: plain_name(it.name),
            offset: it.offset,
            ty: self.mention((it.ty)()),
            line: 0,
            default: it.default,
        });
        Fields { all: all.collect(), solid: Vec::new() }
    }
}

/// The name without `r#`, and with `_` for what no name can hold.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let name: String = name.chars().map(|c| if in_name(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}
