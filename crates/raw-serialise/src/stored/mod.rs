//! The form in which values lie in memory that came from a file.

use core::fmt::Debug;

use crate::check::{Checker, Failed};

pub(crate) mod primitives;
mod ptr;
mod slot;
mod tuples;
mod types;

pub use ptr::{Ptr, PtrMut};
pub use slot::Slot;
#[cfg(feature = "alloc")]
pub(crate) use tuples::TupleOffsets;
pub use types::{Field, Kind, Type, Variant, type_of};

/// The strictest alignment that stored values have. Every section of a file begins at a multiple of
/// it, in the file and in memory.
pub const MAX_ALIGN: usize = 16;

/// A form in which values are stored: how many bytes, what they mean, which of them are valid, and
/// how they are seen without a copy.
///
/// For plain and checked types it is the type itself: a `u32` is stored as a `u32`. For data on the
/// heap it is a type of its own: a `String` is stored as a [`Str`](crate::heap::Str). The derives
/// [`Plain`](macro@crate::Plain), [`Checked`](macro@crate::Checked) and
/// [`Serialise`](macro@crate::Serialise) implement it; nobody has to by hand.
///
/// # Safety
///
/// Whoever implements `Stored` promises that
///
/// 1. `SIZE` is a multiple of `ALIGN`, which is a power of two and at most [`MAX_ALIGN`]; both are the
///    same on every target;
/// 2. [`check`](Self::check) accepts only bytes of which [`view`](Self::view) makes a valid `Ref`,
///    and [`view_mut`](Self::view_mut) a valid `Mut`, if they lie at a multiple of `ALIGN` within
///    the whole that was checked;
/// 3. if `ANY_BYTES`, then `check` accepts any `SIZE` bytes, and claims none besides;
/// 4. whatever is written through a `Mut`, or what can be had from it, leaves bytes that are
///    initialised and that `check` accepts;
/// 5. a `Ref` writes nothing; and views may be sent to and shared with other threads if `Self` may.
pub unsafe trait Stored: 'static {
    /// How many bytes a value has.
    const SIZE: usize;

    /// Of what its place is a multiple: the same on every target, and so it can be more than
    /// `align_of` (a `u64` on a 32-bit target).
    const ALIGN: usize;

    /// Whether any bytes are a value, so that nothing has to be checked.
    const ANY_BYTES: bool;

    /// The description that goes into a file.
    const TYPE: Type;

    /// A view of a stored value.
    type Ref<'a>: Copy + Debug;

    /// A view through which the plain parts of a stored value can be changed.
    type Mut<'a>: Debug;

    /// Checks that `bytes`, which lie at `at` in what `checker` checks, are a value.
    ///
    /// `bytes` are `SIZE` bytes. They need not be aligned.
    ///
    /// # Errors
    ///
    /// What is wrong is in the checker; see [`Checker::fail`].
    fn check(bytes: &[u8], at: usize, checker: &mut Checker<'_>) -> Result<(), Failed>;

    /// The view of the value at `ptr`.
    fn view(ptr: Ptr<'_, Self>) -> Self::Ref<'_>;

    /// The view of the value at `ptr`, for changes.
    fn view_mut(ptr: PtrMut<'_, Self>) -> Self::Mut<'_>;
}

/// The place after `at` that is a multiple of `align`, or `at` itself.
#[must_use]
pub const fn align_up(at: usize, align: usize) -> usize {
    (at + (align - 1)) & !(align - 1)
}
