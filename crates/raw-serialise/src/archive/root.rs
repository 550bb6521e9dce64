//! What a section holds.

use core::fmt::Debug;

use crate::Serialise;
use crate::heap::{ListMut, ListRef};
use crate::stored::Stored;

/// What a section can hold: one value that can be serialised, or a slice of such values.
///
/// One value is a section of its own type, such as `Settings` or `Vec<Log>`. A slice, such as
/// `[Vertex]`, is a section of any number of values, whose count stands in the file's front: more
/// than 2^32 of them, if need be.
pub trait Root {
    /// The type of the value or of the slice's elements.
    type Element: Serialise;

    /// Whether it is a slice.
    const MANY: bool;

    /// The view of it.
    type Ref<'a>: Copy + Debug;

    /// The view of it, for changes.
    type Mut<'a>: Debug;

    /// The values to write.
    fn elements(&self) -> &[Self::Element];

    /// The view of what was found. `None` if it is not one value, and should be.
    fn view(list: ListRef<'_, <Self::Element as Serialise>::Stored>) -> Option<Self::Ref<'_>>;

    /// The view of what was found, for changes.
    fn view_mut(list: ListMut<'_, <Self::Element as Serialise>::Stored>) -> Option<Self::Mut<'_>>;
}

impl<T: Serialise> Root for T {
    type Element = T;
    const MANY: bool = false;
    type Ref<'a> = <T::Stored as Stored>::Ref<'a>;
    type Mut<'a> = <T::Stored as Stored>::Mut<'a>;

    fn elements(&self) -> &[T] {
        core::slice::from_ref(self)
    }

    fn view(list: ListRef<'_, T::Stored>) -> Option<Self::Ref<'_>> {
        if list.len() == 1 { list.get(0) } else { None }
    }

    fn view_mut(list: ListMut<'_, T::Stored>) -> Option<Self::Mut<'_>> {
        if list.len() == 1 { list.into_first() } else { None }
    }
}

impl<T: Serialise> Root for [T] {
    type Element = T;
    const MANY: bool = true;
    type Ref<'a> = ListRef<'a, T::Stored>;
    type Mut<'a> = ListMut<'a, T::Stored>;

    fn elements(&self) -> &[T] {
        self
    }

    fn view(list: ListRef<'_, T::Stored>) -> Option<ListRef<'_, T::Stored>> {
        Some(list)
    }

    fn view_mut(list: ListMut<'_, T::Stored>) -> Option<ListMut<'_, T::Stored>> {
        Some(list)
    }
}
