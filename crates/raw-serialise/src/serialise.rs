//! What can be written as stored data.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use crate::heap::{Boxed, Deferred, Lazy, List, Map, Maybe, Str};
use crate::stored::{Stored, TupleOffsets};
use crate::writer::{WriteError, Writer};

/// Values that can be written as stored data.
///
/// Plain and checked values, strings, vectors, slices, boxes, options, sorted and hashed maps, tuples
/// of up to four, arrays, [`Deferred`], references to all of these, and structs and enums with
/// [`#[derive(Serialise)]`](macro@crate::Serialise).
///
/// The trait is safe to implement: whatever is written, a reader checks it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be serialised",
    label = "not `Serialise`",
    note = "put `#[derive(Serialise)]` on a struct or enum with data on the heap, `#[derive(Plain)]` \
            or `#[derive(Checked)]` on one without",
    note = "in place of `usize` store a `u64`"
)]
pub trait Serialise {
    /// The form in which it is stored.
    type Stored: Stored;

    /// Writes the value to the place at `at`, which was reserved for it and is zeroed, and appends
    /// what it points at, in the order of its pointers.
    fn serialise(&self, at: usize, writer: &mut Writer);

    /// Appends values, one after another, and then what they point at. Returns where they begin.
    fn serialise_slice(values: &[Self], writer: &mut Writer) -> usize
    where
        Self: Sized,
    {
        serialise_all(values.len(), values, writer)
    }
}

/// Appends values, one after another, and then what they point at. Returns where they begin.
fn serialise_all<'a, T: Serialise + 'a>(
    count: usize,
    values: impl IntoIterator<Item = &'a T>,
    writer: &mut Writer,
) -> usize {
    let start = writer.reserve::<T::Stored>(count);
    let mut at = start;
    for value in values {
        if writer.failed() {
            break;
        }
        value.serialise(at, writer);
        at += T::Stored::SIZE;
    }
    start
}

macro_rules! as_they_are {
    ($($type:ty)*) => {
        $(
            impl Serialise for $type {
                type Stored = Self;

                #[inline]
                fn serialise(&self, at: usize, writer: &mut Writer) {
                    writer.put_value(at, self);
                }

                #[inline]
                fn serialise_slice(values: &[Self], writer: &mut Writer) -> usize {
                    writer.append_values(values)
                }
            }
        )*
    };
}

as_they_are! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 bool char }

macro_rules! not_zero {
    ($($number:ty)*) => { as_they_are! { $(core::num::NonZero<$number>)* } };
}

not_zero! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 }

impl<T: Serialise, const N: usize> Serialise for [T; N] {
    type Stored = [T::Stored; N];

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        for (value, index) in self.iter().zip(0..) {
            value.serialise(at + index * T::Stored::SIZE, writer);
        }
    }

    #[inline]
    fn serialise_slice(values: &[Self], writer: &mut Writer) -> usize {
        T::serialise_slice(values.as_flattened(), writer)
    }
}

impl<T: Serialise + ?Sized> Serialise for &T {
    type Stored = T::Stored;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        (**self).serialise(at, writer);
    }
}

impl<T: Serialise + ToOwned + ?Sized> Serialise for Cow<'_, T> {
    type Stored = T::Stored;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        (**self).serialise(at, writer);
    }
}

impl Serialise for str {
    type Stored = Str;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        writer.put_text(at, self);
    }
}

impl Serialise for String {
    type Stored = Str;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        writer.put_text(at, self);
    }
}

impl<T: Serialise> Serialise for [T] {
    type Stored = List<T::Stored>;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        let leaves = T::Stored::ANY_BYTES;
        writer.put_list(at, self.len(), leaves, |writer| T::serialise_slice(self, writer));
    }
}

impl<T: Serialise> Serialise for Vec<T> {
    type Stored = List<T::Stored>;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        self.as_slice().serialise(at, writer);
    }
}

macro_rules! collections {
    ($($collection:ident)*) => {
        $(
            impl<T: Serialise> Serialise for $collection<T> {
                type Stored = List<T::Stored>;

                #[inline]
                fn serialise(&self, at: usize, writer: &mut Writer) {
                    writer.put_list(at, self.len(), T::Stored::ANY_BYTES, |writer| {
                        serialise_all(self.len(), self, writer)
                    });
                }
            }
        )*
    };
}

collections! { VecDeque BTreeSet }

/// A box of something that is stored by a pointer anyway is stored by that pointer alone.
impl Serialise for Box<str> {
    type Stored = Str;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        (**self).serialise(at, writer);
    }
}

impl<T: Serialise> Serialise for Box<[T]> {
    type Stored = List<T::Stored>;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        (**self).serialise(at, writer);
    }
}

impl<T: Serialise> Serialise for Box<T> {
    type Stored = Boxed<T::Stored>;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        writer.put_distance(at, at, false, |writer| {
            T::serialise_slice(core::slice::from_ref(&**self), writer)
        });
    }
}

impl<T: Serialise> Serialise for Option<T> {
    type Stored = Maybe<T::Stored>;

    #[inline]
    fn serialise(&self, at: usize, writer: &mut Writer) {
        if let Some(value) = self {
            writer.put(at, &[1]);
            value.serialise(at + T::Stored::ALIGN, writer);
        }
    }
}

impl<T: Serialise> Serialise for Deferred<T> {
    type Stored = Lazy<T::Stored>;

    fn serialise(&self, at: usize, writer: &mut Writer) {
        let mut length = 0;
        writer.put_distance(at, at, true, |writer| {
            let (start, bytes) = writer.part(|writer| {
                T::serialise_slice(core::slice::from_ref(&self.0), writer);
            });
            length = bytes;
            start
        });
        match u32::try_from(length) {
            Ok(length) => writer.put(at + 4, &length.to_ne_bytes()),
            Err(_) => writer.fail(WriteError::Distance { distance: length }),
        }
    }
}

/// Writes a map from its sorted entries.
///
/// Sorted as the keys are in the program. Keys of a type whose order is another one when they are
/// stored make a map that a reader refuses, by name.
fn serialise_map<'a, K: Serialise + 'a, V: Serialise + 'a>(
    at: usize,
    count: usize,
    keys: impl Iterator<Item = &'a K>,
    values: impl Iterator<Item = &'a V>,
    writer: &mut Writer,
) where
    for<'b> <K::Stored as Stored>::Ref<'b>: Ord,
{
    if count == 0 {
        return;
    }
    writer.put_list(at, count, K::Stored::ANY_BYTES, |writer| serialise_all(count, keys, writer));
    let leaves = V::Stored::ANY_BYTES;
    writer.put_distance(at + 8, at, leaves, |writer| serialise_all(count, values, writer));
}

impl<K: Serialise + Ord, V: Serialise> Serialise for BTreeMap<K, V>
where
    for<'b> <K::Stored as Stored>::Ref<'b>: Ord,
{
    type Stored = Map<K::Stored, V::Stored>;

    fn serialise(&self, at: usize, writer: &mut Writer) {
        serialise_map(at, self.len(), self.keys(), self.values(), writer);
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)*) => {
        $(
            impl<$($name: Serialise),+> Serialise for ($($name,)+) {
                type Stored = ($($name::Stored,)+);

                #[inline]
                fn serialise(&self, at: usize, writer: &mut Writer) {
                    $(self.$index.serialise(at + Self::Stored::OFFSETS[$index], writer);)+
                }
            }
        )*
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
}

/// Sorted on the way; that needs a vector of references.
#[cfg(feature = "std")]
impl<K: Serialise + Ord, V: Serialise, S> Serialise for std::collections::HashMap<K, V, S>
where
    for<'b> <K::Stored as Stored>::Ref<'b>: Ord,
{
    type Stored = Map<K::Stored, V::Stored>;

    fn serialise(&self, at: usize, writer: &mut Writer) {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by_key(|entry| entry.0);
        let (keys, values) = (entries.iter().map(|it| it.0), entries.iter().map(|it| it.1));
        serialise_map(at, entries.len(), keys, values, writer);
    }
}
