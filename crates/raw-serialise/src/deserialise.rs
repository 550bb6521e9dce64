//! From views back to values of the program.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use crate::check::Invalid;
use crate::heap::{Deferred, LazyRef, ListRef, MapRef};
use crate::stored::Stored;
use crate::{Checked, Serialise};

/// Values that can be made of a view of what was stored.
///
/// Most programs read views, and need no copy. This is for data that has to be owned, or changed in
/// its lengths.
///
/// All that is [`Serialise`] and borrows nothing, and structs and enums with
/// [`#[derive(Deserialise)]`](macro@crate::Deserialise).
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use raw_serialise::{Builder, Deserialise, Serialise};
///
/// #[derive(Debug, PartialEq, Serialise, Deserialise)]
/// struct Post {
///     title: String,
///     replies: Vec<Post>,
/// }
///
/// let post = Post {
///     title: "On padding".to_owned(),
///     replies: vec![Post { title: "Re: On padding".to_owned(), replies: vec![] }],
/// };
/// let archive = Builder::new().section("post", &post).build()?;
/// let view = archive.get::<Post>("post")?;
/// assert_eq!(Post::deserialise(view)?, post);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be deserialised",
    label = "not `Deserialise`: it borrows, or lacks the derive",
    note = "put `#[derive(Deserialise)]` beside `#[derive(Serialise)]`"
)]
pub trait Deserialise: Serialise + Sized {
    /// The value that is seen by `view`.
    ///
    /// Allocates what the value needs: the view was checked, so its lengths are true.
    ///
    /// # Errors
    ///
    /// What is wrong with a [deferred part](Deferred), which was not checked before.
    fn deserialise(view: <Self::Stored as Stored>::Ref<'_>) -> Result<Self, Invalid>;

    /// The values of a list.
    ///
    /// # Errors
    ///
    /// As [`deserialise`](Self::deserialise).
    fn deserialise_list(list: ListRef<'_, Self::Stored>) -> Result<Vec<Self>, Invalid> {
        // Elements without bytes can be many in no room.
        let room = if Self::Stored::SIZE == 0 { 0 } else { list.len() };
        let mut values = Vec::with_capacity(room);
        for view in list {
            values.push(Self::deserialise(view)?);
        }
        Ok(values)
    }
}

/// A value that is stored as it is.
#[doc(hidden)]
#[inline]
pub fn copy<T: Checked>(view: &T) -> T {
    *view
}

/// The values of a list of values that are stored as they are.
#[doc(hidden)]
pub fn copies<T: Checked>(list: ListRef<'_, T>) -> Vec<T> {
    list.as_slice().to_vec()
}

macro_rules! as_they_are {
    ($($type:ty)*) => {
        $(
            impl Deserialise for $type {
                #[inline]
                fn deserialise(view: Self) -> Result<Self, Invalid> {
                    Ok(view)
                }

                #[inline]
                fn deserialise_list(list: ListRef<'_, Self>) -> Result<Vec<Self>, Invalid> {
                    Ok(copies(list))
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

impl<T: Deserialise, const N: usize> Deserialise for [T; N] {
    fn deserialise(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        match T::deserialise_list(view)?.try_into() {
            Ok(array) => Ok(array),
            Err(_) => unreachable!("the view of an array has as many elements"),
        }
    }
}

impl Deserialise for String {
    #[inline]
    fn deserialise(view: &str) -> Result<Self, Invalid> {
        Ok(view.to_owned())
    }
}

impl Deserialise for Box<str> {
    fn deserialise(view: &str) -> Result<Self, Invalid> {
        Ok(view.into())
    }
}

impl<T: Deserialise> Deserialise for Vec<T> {
    #[inline]
    fn deserialise(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        T::deserialise_list(view)
    }
}

impl<T: Deserialise> Deserialise for Box<[T]> {
    fn deserialise(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        T::deserialise_list(view).map(Vec::into_boxed_slice)
    }
}

impl<T: Deserialise> Deserialise for VecDeque<T> {
    fn deserialise(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        T::deserialise_list(view).map(Self::from)
    }
}

impl<T: Deserialise + Ord> Deserialise for BTreeSet<T> {
    fn deserialise(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        view.iter().map(T::deserialise).collect()
    }
}

impl<T: Deserialise> Deserialise for Box<T> {
    fn deserialise(view: <T::Stored as Stored>::Ref<'_>) -> Result<Self, Invalid> {
        T::deserialise(view).map(Self::new)
    }
}

impl<T: Deserialise> Deserialise for Option<T> {
    fn deserialise(view: Option<<T::Stored as Stored>::Ref<'_>>) -> Result<Self, Invalid> {
        view.map(T::deserialise).transpose()
    }
}

/// Always owned.
impl<T> Deserialise for Cow<'_, T>
where
    T: Serialise + ToOwned + ?Sized,
    T::Owned: Deserialise<Stored = T::Stored>,
{
    fn deserialise(view: <T::Stored as Stored>::Ref<'_>) -> Result<Self, Invalid> {
        T::Owned::deserialise(view).map(Self::Owned)
    }
}

impl<T: Deserialise> Deserialise for Deferred<T> {
    fn deserialise(view: LazyRef<'_, T::Stored>) -> Result<Self, Invalid> {
        T::deserialise(view.get()?).map(Self)
    }
}

impl<K: Deserialise + Ord, V: Deserialise> Deserialise for BTreeMap<K, V>
where
    for<'a> <K::Stored as Stored>::Ref<'a>: Ord,
{
    fn deserialise(view: MapRef<'_, K::Stored, V::Stored>) -> Result<Self, Invalid> {
        entries(view).collect()
    }
}

#[cfg(feature = "std")]
impl<K, V, S> Deserialise for std::collections::HashMap<K, V, S>
where
    K: Deserialise + Ord + core::hash::Hash,
    V: Deserialise,
    S: core::hash::BuildHasher + Default,
    for<'a> <K::Stored as Stored>::Ref<'a>: Ord,
{
    fn deserialise(view: MapRef<'_, K::Stored, V::Stored>) -> Result<Self, Invalid> {
        entries(view).collect()
    }
}

fn entries<'a, K: Deserialise, V: Deserialise>(
    view: MapRef<'a, K::Stored, V::Stored>,
) -> impl Iterator<Item = Result<(K, V), Invalid>> + use<'a, K, V>
where
    for<'b> <K::Stored as Stored>::Ref<'b>: Ord,
{
    view.iter().map(|(key, value)| Ok((K::deserialise(key)?, V::deserialise(value)?)))
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)*) => {
        $(
            impl<$($name: Deserialise),+> Deserialise for ($($name,)+) {
                fn deserialise(
                    view: ($(<$name::Stored as Stored>::Ref<'_>,)+),
                ) -> Result<Self, Invalid> {
                    Ok(($($name::deserialise(view.$index)?,)+))
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
