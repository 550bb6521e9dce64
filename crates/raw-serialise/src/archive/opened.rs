//! A section in the layout of this program, wherever it comes from.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::aligned::AlignedBytes;
use super::builder::Of;
use super::root::Root;
use crate::heap::ListRef;

/// A section that [`Archive::open`](crate::Archive::open) has found as it is in the file, or
/// converted.
///
/// # Invariants
///
/// 1. The block begins at a multiple of `MAX_ALIGN`, and was checked as `count` values of the root's
///    type, all of it.
/// 2. There is one value, unless the root is a slice.
///
/// Both hold for this `T`, and may not for a subtype or supertype of it, which is another type and can be
/// stored in another form (`fn(&'static u8)` is a supertype of `for<'a> fn(&'a u8)`, and each may have
/// an impl): so it is invariant in `T`.
pub struct Opened<'a, T: Root + ?Sized> {
    block: Block<'a>,
    count: usize,
    of: PhantomData<fn() -> *mut T>,
}

pub(super) enum Block<'a> {
    AsItIs(&'a [u8]),
    Converted(AlignedBytes),
}

impl Block<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::AsItIs(bytes) => bytes,
            Self::Converted(bytes) => bytes.as_slice(),
        }
    }
}

impl<'a, T: Root + ?Sized> Opened<'a, T> {
    /// # Safety
    ///
    /// The invariants hold.
    pub(super) unsafe fn new(block: Block<'a>, count: usize) -> Self {
        Self { block, count, of: PhantomData }
    }

    /// The view of it.
    #[must_use]
    pub fn view(&self) -> T::Ref<'_> {
        let first = NonNull::from(self.block.bytes()).cast();
        // SAFETY: 1; the block does not change while `self` is borrowed.
        let list: ListRef<'_, Of<T>> = unsafe { ListRef::new(first, self.count) };
        match T::view(list) {
            Some(view) => view,
            None => unreachable!("the number of values was looked at when the section was opened"),
        }
    }

    /// Whether it was brought to the layout and byte order of this program, and so is a copy.
    #[must_use]
    pub const fn is_converted(&self) -> bool {
        matches!(self.block, Block::Converted(_))
    }
}

impl<T: Root + ?Sized> fmt::Debug for Opened<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}
