//! A schema from text.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;

use super::describe::Names;
use super::error::SchemaError;
use super::text::{FIRST, in_name};
use super::{
    Field, Fields, MAX_NESTING, MAX_TEXT, Primitive, Schema, Shape, TypeRef, Variant, Variants,
};

impl Schema {
    /// The schema that a text describes. What it accepts is what [`text`](Self::text) gives back.
    ///
    /// # Errors
    ///
    /// The line, what must stand there, and what does: if the text is not as the [module](super) says,
    /// in its one form, within its limits; if a layout is impossible.
    ///
    /// # Cost
    ///
    /// n log(n) for n bytes of text, and memory of at most some hundred times as much as it.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        if text.len() > MAX_TEXT {
            return Err(SchemaError::Length { found: text.len() });
        }
        let mut parser = Parser {
            rest: text,
            line: 1,
            schema: Self { many: false, root: TypeRef(0), nodes: Vec::new(), named: Vec::new() },
            known: BTreeMap::new(),
            names: Names::default(),
        };
        parser.expect(FIRST)?;
        parser.end_line()?;
        parser.root()?;
        let mut done = 0;
        while let Some(&ty) = parser.schema.named.get(done) {
            parser.definition(ty)?;
            done += 1;
        }
        if !parser.rest.is_empty() {
            return Err(parser.unexpected("the end of the text"));
        }
        let mut schema = parser.schema;
        schema.lay_out()?;
        schema.finish();
        Ok(schema)
    }
}

struct Parser<'a> {
    rest: &'a str,
    line: u32,
    schema: Schema,
    known: BTreeMap<String, TypeRef>,
    names: Names,
}

type Outcome<T> = Result<T, SchemaError>;

/// What a line says, and must not.
pub(super) fn wrong(line: u32, expected: impl Display, found: impl Display) -> SchemaError {
    SchemaError::Line {
        line: line as usize,
        expected: expected.to_string(),
        found: found.to_string(),
    }
}

impl<'a> Parser<'a> {
    fn unexpected(&self, expected: impl Display) -> SchemaError {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let shown: String = line.chars().take(32).flat_map(char::escape_debug).collect();
        let found = if self.rest.is_empty() {
            "the end of the text".to_owned()
        } else if line.is_empty() {
            "the end of the line".to_owned()
        } else {
            format!("`{shown}`")
        };
        wrong(self.line, expected, found)
    }

    /// Whether `word` stands here; if so, it is passed.
    fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, word: &str) -> Outcome<()> {
        if self.eat(word) { Ok(()) } else { Err(self.unexpected(format_args!("`{word}`"))) }
    }

    fn end_line(&mut self) -> Outcome<()> {
        if !self.eat("\n") {
            return Err(self.unexpected("the end of the line"));
        }
        self.line += 1;
        Ok(())
    }

    /// The characters from here on for which `is` holds.
    fn word(&mut self, is: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn number<T: core::str::FromStr>(&mut self) -> Outcome<T> {
        let before = self.rest;
        let digits = self.word(|c| c.is_ascii_digit());
        let canonical = digits == "0" || !digits.starts_with('0');
        match digits.parse() {
            Ok(number) if canonical => Ok(number),
            _ => {
                self.rest = before;
                Err(self.unexpected("a number"))
            }
        }
    }

    fn name(&mut self) -> Outcome<&'a str> {
        match self.word(in_name) {
            "" => Err(self.unexpected("a name")),
            name => Ok(name),
        }
    }

    fn root(&mut self) -> Outcome<()> {
        self.expect("root ")?;
        // `[` begins an array too.
        let before = self.rest;
        if self.eat("[") {
            let element = self.expression(1)?;
            if self.eat("]") {
                self.schema.many = true;
                self.schema.root = element;
                return self.end_line();
            }
            self.rest = before;
            self.forget();
        }
        self.schema.root = self.expression(0)?;
        self.end_line()
    }

    /// Takes back what was read of the first type.
    fn forget(&mut self) {
        self.schema.nodes.clear();
        self.schema.named.clear();
        self.known.clear();
        self.names = Names::default();
    }

    /// A type, so deep in another one.
    fn expression(&mut self, depth: usize) -> Outcome<TypeRef> {
        if depth >= MAX_NESTING {
            let expected = format_args!("types at most {MAX_NESTING} deep in one another");
            return Err(wrong(self.line, expected, "a deeper one"));
        }
        let line = self.line;
        let shape = if self.eat("[") {
            let element = self.expression(depth + 1)?;
            self.expect("; ")?;
            let count = self.number()?;
            self.expect("]")?;
            Shape::Array { element, count }
        } else if self.eat("(") {
            Shape::Tuple(self.tuple(depth)?)
        } else {
            let before = self.rest;
            let name = self.word(in_name);
            match name {
                _ if self.rest.starts_with('\'') => return self.mention(before),
                "nonzero" => {
                    let end = before.find('>').map_or(before.len(), |end| end + 1);
                    let Some(primitive) = before.get(..end).and_then(Primitive::with_name) else {
                        return Err(self.unexpected("`<` and an integer type and `>`"));
                    };
                    self.rest = &before[end..];
                    Shape::Primitive(primitive)
                }
                "list" => Shape::List(self.inner(depth)?),
                "box" => Shape::Boxed(self.inner(depth)?),
                "option" => Shape::Maybe(self.inner(depth)?),
                "lazy" => Shape::Lazy(self.inner(depth)?),
                "map" => {
                    self.expect("<")?;
                    let key = self.expression(depth + 1)?;
                    self.expect(", ")?;
                    let value = self.expression(depth + 1)?;
                    self.expect(">")?;
                    Shape::Map(key, value)
                }
                "str" => Shape::Str,
                _ => match Primitive::with_name(name) {
                    Some(primitive) => Shape::Primitive(primitive),
                    None => return self.mention(before),
                },
            }
        };
        Ok(self.schema.push(shape, line))
    }

    fn inner(&mut self, depth: usize) -> Outcome<TypeRef> {
        self.expect("<")?;
        let inner = self.expression(depth + 1)?;
        self.expect(">")?;
        Ok(inner)
    }

    fn tuple(&mut self, depth: usize) -> Outcome<Fields> {
        let mut all = Vec::new();
        loop {
            let ty = self.expression(depth + 1)?;
            all.push(Field {
                name: all.len().to_string(),
                offset: 0,
                ty,
                line: self.line,
                default: None,
            });
            let end = if all.len() == 1 { ",)" } else { ")" };
            if self.eat(end) {
                return Ok(Fields { all, solid: Vec::new() });
            }
            self.expect(", ")?;
        }
    }

    /// The struct or enum whose name begins `before`.
    fn mention(&mut self, before: &'a str) -> Outcome<TypeRef> {
        self.rest = before;
        let base = self.name()?;
        let mut name = base;
        if self.eat("'") {
            self.number::<u32>()?;
            name = &before[..before.len() - self.rest.len()];
        }
        if let Some(&known) = self.known.get(name) {
            return Ok(known);
        }
        let expected = self.names.next(base);
        if expected != name {
            return Err(wrong(self.line, format_args!("`{expected}`"), format_args!("`{name}`")));
        }
        let shape = Shape::Struct { name: expected.clone(), fields: Fields::default() };
        let new = self.schema.push(shape, self.line);
        self.known.insert(expected, new);
        self.schema.named.push(new);
        Ok(new)
    }

    /// The definition of the struct or enum that was named next.
    fn definition(&mut self, ty: TypeRef) -> Outcome<()> {
        let line = self.line;
        let Shape::Struct { name, .. } = &self.schema.node(ty).shape else { return Ok(()) };
        let name = name.clone();
        let is_enum = self.eat("enum ");
        if !is_enum && !self.eat("struct ") {
            return Err(self.unexpected(format_args!("the struct or enum `{name}`")));
        }
        if !self.eat(&name) || !self.eat(" size ") {
            return Err(self.unexpected(format_args!("`{name} size `")));
        }
        let size = self.number()?;
        self.expect(" align ")?;
        let align = self.number()?;
        let shape = if is_enum {
            self.expect(" tag ")?;
            let tag = self.word(in_name);
            let Some(tag) = Primitive::with_name(tag).filter(|tag| tag.is_integer()) else {
                return Err(wrong(line, "an integer type", format_args!("`{tag}`")));
            };
            self.end_line()?;
            Shape::Enum { name, tag, variants: self.variants()? }
        } else {
            self.end_line()?;
            Shape::Struct { name, fields: self.fields("  ")? }
        };
        let node = self.schema.node_mut(ty);
        node.shape = shape;
        (node.size, node.align, node.line) = (size, align, line);
        Ok(())
    }

    fn variants(&mut self) -> Outcome<Variants> {
        let mut names = BTreeSet::new();
        let mut tags = BTreeSet::new();
        let mut all = Vec::new();
        while self.eat("  ") {
            let line = self.line;
            let name = self.name()?;
            self.expect(" = ")?;
            let minus = self.eat("-");
            let number: u128 = self.number()?;
            let tag = if minus && number > 0 {
                0_i128.checked_sub_unsigned(number)
            } else {
                i128::try_from(number).ok().filter(|_| !minus)
            };
            let Some(tag) = tag else {
                return Err(wrong(
                    line,
                    "a tag",
                    format_args!("`{}{number}`", if minus { "-" } else { "" }),
                ));
            };
            if !names.insert(name) {
                return Err(wrong(line, "a new name", format_args!("`{name}` once more")));
            }
            if !tags.insert(tag) {
                return Err(wrong(line, "a new tag", format_args!("{tag} once more")));
            }
            self.end_line()?;
            let fields = self.fields("    ")?;
            all.push(Variant { name: name.to_owned(), tag, fields, line });
        }
        Ok(Variants { all, by_tag: Vec::new() })
    }

    fn fields(&mut self, indent: &str) -> Outcome<Fields> {
        let mut names = BTreeSet::new();
        let mut all = Vec::new();
        while self.eat(indent) {
            let line = self.line;
            let name = self.name()?;
            if !names.insert(name) {
                return Err(wrong(line, "a new name", format_args!("`{name}` once more")));
            }
            self.expect(" at ")?;
            let offset = self.number()?;
            self.expect(": ")?;
            let ty = self.expression(0)?;
            self.end_line()?;
            all.push(Field { name: name.to_owned(), offset, ty, line, default: None });
        }
        Ok(Fields { all, solid: Vec::new() })
    }
}
