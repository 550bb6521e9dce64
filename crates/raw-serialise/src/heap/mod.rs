//! Data of any size, stored by pointers that are a distance.
//!
//! The types here say how something is stored; nobody makes values of them. Each stands for what
//! [`Serialise`](crate::Serialise) writes, and each has a view to read it by:
//!
//! | in the program | stored as | bytes | view |
//! |---|---|---|---|
//! | `String`, `&str` | [`Str`] | 8 | `&str` |
//! | `Vec<T>`, `Box<[T]>`, `&[T]` | [`List`] | 8 | [`ListRef`] |
//! | `Box<T>` | [`Boxed`] | 4 | that of `T` |
//! | `Option<T>` | [`Maybe`] | those of `T`, and of its alignment | `Option` of that of `T` |
//! | `BTreeMap<K, V>`, `HashMap<K, V>` | [`Map`] | 12 | [`MapRef`] |
//! | [`Deferred<T>`] | [`Lazy`] | 8 | [`LazyRef`] |
//!
//! A distance is a `u32`, counted in bytes from the beginning of the string, list, box or map that
//! holds it, and never points back.

mod boxed;
mod lazy;
mod list;
mod map;
mod maybe;
mod text;

pub use boxed::Boxed;
pub use lazy::{Deferred, Lazy, LazyRef};
pub use list::{List, ListIter, ListMut, ListRef};
pub use map::{Map, MapMut, MapRef};
pub use maybe::Maybe;
pub use text::Str;
#[cfg(feature = "alloc")]
pub(crate) use text::{MAX_TEXT, inline_word, length_word};
