//! How a stored type is described: what goes into a file as its schema.

use core::any::TypeId;

use super::Stored;

/// The description of a stored type.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    pub(crate) name: &'static str,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) id: fn() -> TypeId,
    pub(crate) kind: Kind,
}

/// What kind of type it is, and of what it is made.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A number, `bool`, `char` or `NonZero`: its name says it all.
    Primitive,
    /// So many of the same type, one after another.
    Array {
        /// What they are.
        element: fn() -> &'static Type,
        /// How many.
        count: usize,
    },
    /// Fields at their offsets.
    Struct(&'static [Field]),
    /// As a struct without a name.
    Tuple(&'static [Field]),
    /// One of some variants, told apart by a tag in the first bytes.
    Enum {
        /// The unsigned or signed integer that the tag is.
        tag: fn() -> &'static Type,
        /// The variants.
        variants: &'static [Variant],
    },
    /// Text: see [`Str`](crate::heap::Str).
    Str,
    /// See [`List`](crate::heap::List).
    List(fn() -> &'static Type),
    /// See [`Boxed`](crate::heap::Boxed).
    Boxed(fn() -> &'static Type),
    /// See [`Maybe`](crate::heap::Maybe).
    Maybe(fn() -> &'static Type),
    /// See [`Map`](crate::heap::Map).
    Map(fn() -> &'static Type, fn() -> &'static Type),
    /// See [`Lazy`](crate::heap::Lazy).
    Lazy(fn() -> &'static Type),
}

/// A field of a struct, or of a variant.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) offset: usize,
    pub(crate) ty: fn() -> &'static Type,
    /// Writes the value that the field has in files that lack it.
    #[cfg(feature = "alloc")]
    pub(crate) default: Option<fn(usize, &mut crate::Writer)>,
}

/// A variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub(crate) name: &'static str,
    /// The value of the tag.
    pub(crate) tag: i128,
    /// Offsets are from the beginning of the enum, where the tag is.
    pub(crate) fields: &'static [Field],
}

impl Type {
    /// The description of `T`, called `name` (which says nothing for the kinds whose name follows
    /// from what they are made of).
    #[must_use]
    pub const fn of<T: Stored + ?Sized>(name: &'static str, kind: Kind) -> Self {
        Self { name, size: T::SIZE, align: T::ALIGN, id: TypeId::of::<T>, kind }
    }

    /// Its name. It says nothing for kinds whose name follows from what they are made of.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many bytes a value has.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Of what the place of a value is a multiple.
    #[must_use]
    pub const fn align(&self) -> usize {
        self.align
    }

    /// What kind of type it is.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The type itself: two of one name differ here.
    #[must_use]
    pub fn id(&self) -> TypeId {
        (self.id)()
    }
}

impl Field {
    /// A field of type `T`.
    #[must_use]
    pub const fn of<T: Stored + ?Sized>(name: &'static str, offset: usize) -> Self {
        Self {
            name,
            offset,
            ty: type_of::<T>,
            #[cfg(feature = "alloc")]
            default: None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where it begins, in bytes from the beginning of the struct or enum.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &'static Type {
        (self.ty)()
    }

    /// With what is written in its place if a file lacks it.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub const fn with_default(self, default: fn(usize, &mut crate::Writer)) -> Self {
        Self { default: Some(default), ..self }
    }
}

impl Variant {
    /// A variant.
    #[must_use]
    pub const fn of(name: &'static str, tag: i128, fields: &'static [Field]) -> Self {
        Self { name, tag, fields }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value of the tag.
    #[must_use]
    pub const fn tag(&self) -> i128 {
        self.tag
    }

    /// Its fields.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
    }
}

/// The description of `T`, as something that a description can hold even if `T` is recursive.
#[must_use]
pub fn type_of<T: Stored + ?Sized>() -> &'static Type {
    const { &T::TYPE }
}
