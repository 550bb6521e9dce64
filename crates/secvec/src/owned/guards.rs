//! Elements that were taken out, and elements that are only looked at.

use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;

use crate::owned::OwnedSecVec;

/// An element that was taken out of an [`OwnedSecVec`], by `pop` or by `set`.
///
/// Whoever has this is the only one who has it; but others may have a [`Ref`] to the same element from
/// before it was taken out, so it derefs to `&T`. [`try_into_inner`](Self::try_into_inner) gives the
/// element itself, when nobody else looks at it. The element is dropped once, by whoever of them all
/// comes last.
pub struct Taken<'a, T: Send> {
    /// # Invariants
    ///
    /// 1. This is one of the holders of the node, since it had an element.
    held: Held<'a, T>,
    /// `&Taken<T>` gives a `&T`.
    shows: PhantomData<T>,
}

/// A look at an element of an [`OwnedSecVec`]. It stays what it is, whoever takes the element out.
pub struct Ref<'a, T: Send> {
    /// As in [`Taken`].
    held: Held<'a, T>,
    /// There may be several to one element.
    shows: PhantomData<&'a T>,
}

/// One holder of a node with an element.
///
/// # Invariants
///
/// 1. It is counted in, and has been since the element was there.
pub(super) struct Held<'a, T: Send> {
    vector: &'a OwnedSecVec<T>,
    number: u64,
}

impl<'a, T: Send> Held<'a, T> {
    /// # Safety
    ///
    /// The caller is counted in at the node, since it has had an element, and hands that over.
    pub(super) unsafe fn new(vector: &'a OwnedSecVec<T>, number: u64) -> Self {
        Self { vector, number }
    }

    fn element(&self) -> &T {
        // SAFETY: counted in, and until `self` is dropped (invariant 1). `Taken` and `Ref` say by
        // their `PhantomData` who may share it.
        unsafe { self.vector.nodes.element(self.number) }
    }
}

impl<T: Send> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.vector.nodes.let_go(self.number);
    }
}

impl<'a, T: Send> Taken<'a, T> {
    pub(super) fn new(held: Held<'a, T>) -> Self {
        Self { held, shows: PhantomData }
    }

    /// The element itself, or `self` again if another thread has a [`Ref`] to it, or is just
    /// looking whether it may have one.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter([String::from("Ada")]);
    /// let look = names.get(0);
    /// let taken = names.pop().expect("there is one");
    /// let taken = taken.try_into_inner().expect_err("`look` has it too");
    /// drop(look);
    /// assert_eq!(taken.try_into_inner().expect("nobody else has it"), "Ada");
    /// ```
    ///
    /// # Errors
    ///
    /// `self`, if the element cannot be had alone at this moment.
    pub fn try_into_inner(self) -> Result<T, Self> {
        // SAFETY: counted in (invariant 1 of `Held`), and if it gives the element, `self` is forgotten
        // below and not counted out again.
        match unsafe { self.held.vector.nodes.try_take(self.held.number) } {
            Some(element) => {
                let _ = ManuallyDrop::new(self);
                Ok(element)
            }
            None => Err(self),
        }
    }

    /// The element itself if it can be had alone at this moment, else a clone of it.
    ///
    /// ```
    /// let names = secvec::OwnedSecVec::from_iter([String::from("Ada")]);
    /// assert_eq!(names.pop().map(|taken| taken.unwrap_or_clone()).as_deref(), Some("Ada"));
    /// ```
    #[must_use]
    pub fn unwrap_or_clone(self) -> T
    where
        T: Clone,
    {
        self.try_into_inner().unwrap_or_else(|taken| T::clone(&taken))
    }
}

impl<'a, T: Send + Sync> Ref<'a, T> {
    pub(super) fn new(held: Held<'a, T>) -> Self {
        Self { held, shows: PhantomData }
    }
}

macro_rules! shows_the_element {
    ($($guard:ident),*) => {$(
        impl<T: Send> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                self.held.element()
            }
        }

        impl<T: Send + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                T::fmt(self, f)
            }
        }

        impl<T: Send + fmt::Display> fmt::Display for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                T::fmt(self, f)
            }
        }
    )*};
}

shows_the_element!(Taken, Ref);
