//! Who may have a vector of `T`.

use core::marker::PhantomData;

/// In a `PhantomData`, says that elements of type `T` go in on one thread and come out on another.
pub(crate) struct Passes<T>(PhantomData<T>);

// SAFETY: there is no `T` in it. A `&Passes<T>` stands for handing over whole elements, never a
// reference to one, so that `T: Send` is all that it takes.
unsafe impl<T: Send> Sync for Passes<T> {}
