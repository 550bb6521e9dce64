//! A stored value that can be changed in place.

use core::fmt;
use core::ops::{Deref, DerefMut};

use super::PtrMut;
use crate::{Checked, NoPadding};

/// A checked value in a block of stored data, to be read, and to be replaced by another.
///
/// If the type has no padding, it is also a `&mut` to the value.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// let mut file = raw_serialise::Builder::new().section("limits", &[1_u32, 2][..]).build()?;
/// file.edit::<[u32], _>("limits", |mut limits| {
///     *limits.get_mut(0).unwrap() += 10;
///     limits.get_mut(1).unwrap().set(7);
/// })?;
/// assert_eq!(*file.get::<[u32]>("limits")?, [11, 7]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Slot<'a, T>(PtrMut<'a, T>);

impl<'a, T: Checked> Slot<'a, T> {
    /// A view of the value at `ptr`.
    #[inline]
    #[must_use]
    pub const fn new(ptr: PtrMut<'a, T>) -> Self {
        Self(ptr)
    }

    /// A copy of the value.
    #[must_use]
    pub fn get(&self) -> T {
        **self
    }

    // ANCHOR: set
    /// Stores another value.
    pub fn set(&mut self, value: T) {
        let start = self.0.address().as_ptr();
        // SAFETY: `PtrMut` 1 and 4: these bytes are there, initialised, and borrowed with `self`.
        let bytes = unsafe { core::slice::from_raw_parts_mut(start, T::SIZE) };
        // `Checked` 3: all of them are written, the gaps of a padded value too, and stay valid.
        value.encode(bytes);
    }
    // ANCHOR_END: set

    /// The value, for as long as the block is borrowed.
    #[must_use]
    pub const fn into_ref(self) -> &'a T {
        self.0.into_shared().as_ref()
    }
}

impl<T: Checked> Deref for Slot<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.shared().as_ref()
    }
}

// ANCHOR: deref_mut
impl<T: NoPadding> DerefMut for Slot<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: `PtrMut` 1, 3 and 4. Whatever is written is a value of `T`, and has no padding: the
        // bytes stay initialised and valid.
        unsafe { self.0.address().cast::<T>().as_mut() }
    }
}
// ANCHOR_END: deref_mut

impl<T: Checked> fmt::Debug for Slot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
