//! A schema as text.

use core::fmt::{self, Display, Formatter, Write};

use super::{Field, Schema, Shape, TypeRef};

/// The first line, without the LF.
pub(super) const FIRST: &str = "raw-serialise schema 1";

/// The names that a type of the program gets only with a number.
pub(super) const RESERVED: [&str; 7] = ["str", "list", "box", "option", "map", "lazy", "nonzero"];

/// Whether a name can hold this.
///
/// No ASCII but letters, digits and `_`; nothing that cannot be seen, or that turns the text around.
pub(super) fn in_name(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c == '_' || c.is_ascii_alphanumeric(),
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {
            false
        }
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' => false,
        _ => !c.is_control() && !c.is_whitespace(),
    }
}

/// A type as the text names it.
struct Expression<'a>(&'a Schema, TypeRef);

impl Schema {
    /// A type as the text names it: `list<u8>`.
    #[must_use]
    pub fn type_text(&self, ty: TypeRef) -> impl Display {
        Expression(self, ty)
    }
}

impl Display for Expression<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(schema, ty) = *self;
        let of = |ty: &TypeRef| Expression(schema, *ty);
        match schema.shape(ty) {
            Shape::Primitive(primitive) => f.write_str(primitive.name()),
            Shape::Array { element, count } => write!(f, "[{}; {count}]", of(element)),
            Shape::Struct { name, .. } | Shape::Enum { name, .. } => f.write_str(name),
            Shape::Tuple(fields) => {
                let mut before = '(';
                for field in fields.iter() {
                    f.write_char(before)?;
                    if before == ',' {
                        f.write_char(' ')?;
                    }
                    write!(f, "{}", of(&field.ty))?;
                    before = ',';
                }
                f.write_str(if fields.len() == 1 { ",)" } else { ")" })
            }
            Shape::Str => f.write_str("str"),
            Shape::List(element) => write!(f, "list<{}>", of(element)),
            Shape::Boxed(target) => write!(f, "box<{}>", of(target)),
            Shape::Maybe(value) => write!(f, "option<{}>", of(value)),
            Shape::Map(key, value) => write!(f, "map<{}, {}>", of(key), of(value)),
            Shape::Lazy(value) => write!(f, "lazy<{}>", of(value)),
        }
    }
}

impl Display for Schema {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let field = |f: &mut Formatter<'_>, indent: &str, field: &Field| {
            let ty = Expression(self, field.ty);
            writeln!(f, "{indent}{} at {}: {ty}", field.name, field.offset)
        };
        let root = Expression(self, self.root);
        writeln!(f, "{FIRST}")?;
        if self.many {
            writeln!(f, "root [{root}]")?
        } else {
            writeln!(f, "root {root}")?
        }
        for &ty in &self.named {
            let node = self.node(ty);
            let (size, align) = (node.size, node.align);
            match &node.shape {
                Shape::Enum { name, tag, variants } => {
                    writeln!(f, "enum {name} size {size} align {align} tag {}", tag.name())?;
                    for variant in variants.iter() {
                        writeln!(f, "  {} = {}", variant.name, variant.tag)?;
                        variant.fields.iter().try_for_each(|it| field(f, "    ", it))?;
                    }
                }
                Shape::Struct { name, fields } => {
                    writeln!(f, "struct {name} size {size} align {align}")?;
                    fields.iter().try_for_each(|it| field(f, "  ", it))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
