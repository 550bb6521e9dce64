//! What stored data means, without the types: as a file says it, in text that people can read.
//!
//! A [`Schema`] describes one section of a file. [`Schema::of_type`] makes it from a type of the
//! program, [`Schema::parse`] from the text in a file. With it data can be checked and looked through
//! ([`Walk`]), whatever wrote it.
//!
//! # The text
//!
//! ```
//! use raw_serialise::schema::Schema;
//!
//! let text = "\
//! raw-serialise schema 1
//! root [Log]
//! struct Log size 40 align 8
//!   address at 0: [u8; 4]
//!   code at 4: u16
//!   shape at 8: Shape
//!   request at 24: str
//!   headers at 32: list<(str, str)>
//! enum Shape size 16 align 8 tag u8
//!   Circle = 0
//!     0 at 8: f64
//!   Empty = 1
//! ";
//! let schema = Schema::parse(text)?;
//! assert!(schema.is_many());
//! assert_eq!(schema.text(), text);
//!
//! let odd = text.replace("code at 4", "code at 5");
//! assert_eq!(
//!     Schema::parse(&odd).unwrap_err().to_string(),
//!     "line 5: expected an offset that is a multiple of 2, and found 5"
//! );
//! # Ok::<(), raw_serialise::schema::SchemaError>(())
//! ```
//!
//! UTF-8, each line ended by one LF, nothing else between words than what stands here:
//!
//! ```text
//! schema    = "raw-serialise schema 1" LF
//!             "root " (type | "[" type "]") LF        one value | many
//!             (struct | enum)*                        in the order in which the text names them
//! struct    = "struct " name " size " number " align " number LF
//!             ("  " field)*                           by rising offset
//! enum      = "enum " name " size " number " align " number " tag " integer LF
//!             ("  " name " = " ["-"] number LF        in the order of the program
//!               ("    " field)*)*
//! field     = name " at " number ": " type LF
//! type      = integer | "f32" | "f64" | "bool" | "char" | "nonzero<" integer ">" | "str"
//!           | "[" type "; " number "]" | "(" type ",)" | "(" type (", " type)+ ")"
//!           | "list<" type ">" | "box<" type ">" | "option<" type ">" | "lazy<" type ">"
//!           | "map<" type ", " type ">" | name
//! integer   = ("u" | "i") ("8" | "16" | "32" | "64" | "128")
//! name      = (letter | digit | "_")+ ["'" number]    the second type of one name is `Name'2`
//! number    = "0" | ("1" to "9") ("0" to "9")*
//! ```
//!
//! A type of the program that is called as a type of the language above is, say, `str'2`.
//! One schema has one text, and [`Schema::parse`] accepts no other.
//!
//! # What is compatible
//!
//! [`convert`] reads the data of a file by the file's schema and writes it in the layout of a program,
//! and in the byte order of its machine. [`differences`] says beforehand what differs, and which of it
//! cannot be converted.
//!
//! | in the program, not as in the file | |
//! |---|---|
//! | a field stands elsewhere, or in another order | compatible |
//! | a new field, anywhere, with a default | compatible: it gets the default |
//! | a new field without a default, behind all that the file has, for which zero, `false`, NUL, `None` or empty is a value | compatible: it gets that |
//! | a new field without a default, before one that the file has, or a `NonZero`, box, lazy part or enum whose first variant's tag is not 0 | refused |
//! | a field is gone, or has another name | refused: its data would be lost |
//! | a field has another type, be it a wider one | refused |
//! | a new variant; variants in another order; other tags, a wider tag | compatible |
//! | a variant is gone, or has another name | refused |
//! | a variant gets or loses fields | as for a struct |
//! | a tuple or array gets more elements | refused: it is another type |
//! | a struct or enum has another name | refused: it may mean something else |
//! | a type is in another module, or larger, or aligned otherwise | compatible |
//! | the section is one list, and was many values, or the other way round | refused |
//! | the machine has the other byte order | compatible |
//!
//! # Limits
//!
//! A text has at most [`MAX_TEXT`] bytes; expressions are nested at most [`MAX_NESTING`] deep; a type
//! has at most [`MAX_SIZE`] bytes and contains others, itself or in what it contains, at most
//! [`MAX_BY_VALUE`] deep. What [`Schema::of_type`] makes of a type beyond these limits, `parse` refuses.
//!
//! # Modules
//!
//! | module | what |
//! |---|---|
//! | `describe` | a schema of a type |
//! | `text`, `parse` | to text and back |
//! | `layout` | which layouts there can be |
//! | `walk`, `event`, `path` | data, checked and looked through |
//! | `order` | which of two keys is the lower one |
//! | `differences` | what two schemas do not have in common |
//! | `matching` | the fields of one schema in another |
//! | `inspect`, `tree` | a section described for people |
//! | `convert`, `fill` | data of one schema as data of another |
//!
//! All of it is safe code.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Writer;

mod convert;
#[cfg(test)]
mod convert_tests;
mod describe;
mod differences;
mod error;
mod event;
mod fault;
mod fill;
mod inspect;
mod layout;
mod matching;
mod order;
mod parse;
mod path;
mod primitive;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod value;
mod walk;

pub use crate::archive::ByteOrder;
pub use convert::{ConvertError, MAX_LEVELS, convert};
pub use differences::{Difference, differences};
pub use error::SchemaError;
pub use event::{Event, What};
pub use fault::{Fault, WalkError};
pub use inspect::Inspect;
pub use primitive::Primitive;
pub use value::Value;
pub use walk::Walk;

/// How many bytes the text of a schema can have.
pub const MAX_TEXT: usize = 1 << 20;

/// How deep an expression of a type can be nested: `list<[u8; 4]>` is 3 deep.
pub const MAX_NESTING: usize = 64;

/// How deep types can contain types, without a pointer between them.
pub const MAX_BY_VALUE: usize = 128;

/// How many bytes a type can have, and how many elements an array.
pub const MAX_SIZE: usize = 1 << 31;

/// The description of one section: of what type its value is, or its values are, and of what those
/// types are made. See the [module](self).
#[derive(Clone)]
pub struct Schema {
    many: bool,
    root: TypeRef,
    nodes: Vec<Node>,
    /// The structs and enums, in the order of the text.
    named: Vec<TypeRef>,
}

/// A type in a [`Schema`]; it means nothing to any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeRef(u32);

#[derive(Clone, Debug)]
struct Node {
    shape: Shape,
    size: usize,
    align: usize,
    /// Any bytes are a value; see [`Stored::ANY_BYTES`](crate::stored::Stored::ANY_BYTES).
    any_bytes: bool,
    /// Where it stands in the text that was parsed, or 0.
    line: u32,
}

/// Of what a type is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// A number, `bool` or `char`.
    Primitive(Primitive),
    /// So many of one type.
    Array {
        /// Which.
        element: TypeRef,
        /// How many.
        count: usize,
    },
    /// A struct.
    Struct {
        /// Its name.
        name: String,
        /// Its fields, by rising offset.
        fields: Fields,
    },
    /// A tuple; its fields are called `0`, `1`, ..
    Tuple(Fields),
    /// An enum.
    Enum {
        /// Its name.
        name: String,
        /// The integer at its beginning.
        tag: Primitive,
        /// Its variants.
        variants: Variants,
    },
    /// Text.
    Str,
    /// Any number of one type.
    List(TypeRef),
    /// A pointer to one value.
    Boxed(TypeRef),
    /// A value or none.
    Maybe(TypeRef),
    /// A map from the first to the second.
    Map(TypeRef, TypeRef),
    /// A pointer to a part that is checked by itself.
    Lazy(TypeRef),
}

/// The fields of a struct, tuple or variant. It is a slice of them.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    all: Vec<Field>,
    /// Which have bytes: the others do not have to be looked at.
    solid: Vec<u32>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    offset: usize,
    ty: TypeRef,
    line: u32,
    /// What the program writes if a file lacks it. Not in the text.
    default: Option<fn(usize, &mut Writer)>,
}

/// The variants of an enum. It is a slice of them.
#[derive(Clone, Debug, Default)]
pub struct Variants {
    all: Vec<Variant>,
    /// Which, by rising tag.
    by_tag: Vec<u32>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    name: String,
    tag: i128,
    fields: Fields,
    line: u32,
}

impl Schema {
    /// Whether the section holds many values of the [root](Self::root) type, rather than one.
    #[must_use]
    pub const fn is_many(&self) -> bool {
        self.many
    }

    /// The type of the section's value or values.
    #[must_use]
    pub const fn root(&self) -> TypeRef {
        self.root
    }

    /// The structs and enums, in the order in which the text names them.
    #[must_use]
    pub fn named(&self) -> &[TypeRef] {
        &self.named
    }

    /// Of what a type is made.
    ///
    /// # Panics
    ///
    /// Panics if `ty` is a type of another schema, which has more types than this one. So do
    /// [`size`](Self::size), [`align`](Self::align) and [`type_text`](Self::type_text).
    #[must_use]
    pub fn shape(&self, ty: TypeRef) -> &Shape {
        &self.node(ty).shape
    }

    /// How many bytes a value of a type has, without what it points at.
    #[must_use]
    pub fn size(&self, ty: TypeRef) -> usize {
        self.node(ty).size
    }

    /// Of what the place of a value is a multiple.
    #[must_use]
    pub fn align(&self, ty: TypeRef) -> usize {
        self.node(ty).align
    }

    /// The text that stands in a file.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }

    fn node(&self, ty: TypeRef) -> &Node {
        &self.nodes[ty.0 as usize]
    }

    fn node_mut(&mut self, ty: TypeRef) -> &mut Node {
        &mut self.nodes[ty.0 as usize]
    }

    /// A new type, whose size is found later.
    fn push(&mut self, shape: Shape, line: u32) -> TypeRef {
        let (size, align) = match &shape {
            Shape::Primitive(it) => (it.size(), it.size()),
            Shape::Str | Shape::List(_) | Shape::Lazy(_) => (8, 4),
            Shape::Boxed(_) => (4, 4),
            Shape::Map(..) => (12, 4),
            _ => (0, 1),
        };
        // Each node comes from a byte of text, or a type of the program.
        let ty = TypeRef(self.nodes.len() as u32);
        self.nodes.push(Node { shape, size, align, any_bytes: false, line });
        ty
    }
}

/// Schemas are equal if their texts are.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Schema {}

impl core::fmt::Debug for Schema {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Schema {{ {self} }}")
    }
}

impl core::ops::Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.all
    }
}

impl core::ops::Deref for Variants {
    type Target = [Variant];

    fn deref(&self) -> &[Variant] {
        &self.all
    }
}

impl Variants {
    /// The variant with a tag. Takes log(n) steps.
    #[must_use]
    pub fn with_tag(&self, tag: i128) -> Option<&Variant> {
        self.all.get(self.position(tag)?)
    }

    /// The number of the variant with a tag.
    fn position(&self, tag: i128) -> Option<usize> {
        let find = |&index: &u32| self.all.get(index as usize).map(|it| it.tag).cmp(&Some(tag));
        let found = self.by_tag.binary_search_by(find).ok()?;
        self.by_tag.get(found).map(|&index| index as usize)
    }
}

impl Field {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it begins, in bytes from the beginning of the struct, tuple or enum.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Its type.
    #[must_use]
    pub const fn ty(&self) -> TypeRef {
        self.ty
    }
}

impl Variant {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number at the beginning of the enum that means this variant.
    #[must_use]
    pub const fn tag(&self) -> i128 {
        self.tag
    }

    /// Its fields, by rising offset, which counts from the beginning of the enum.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }
}

/// The fingerprint of a schema's text: its XXH3, of 128 bits, with seed 0.
///
/// Against damage and mistakes, not against somebody who looks for two texts with one fingerprint.
///
/// ```
/// use raw_serialise::schema::{Schema, fingerprint};
///
/// let text = "raw-serialise schema 1\nroot [u32]\n";
/// assert_ne!(fingerprint(text), fingerprint(&text.replace("u32", "i32")));
/// ```
#[must_use]
pub fn fingerprint(text: &str) -> u128 {
    twox_hash::XxHash3_128::oneshot(text.as_bytes())
}
