//! A section of a file: what the file says of it, and what is known of it by now.

use alloc::string::String;
use core::any::TypeId;
use core::fmt;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::builder::Of;
use super::error::SectionError;
use super::format::{Entry, checksum, refresh};
use super::root::Root;
use crate::check::{Invalid, Reason};

/// A section, and what is known of it by now.
pub(super) struct Section {
    pub(super) entry: Entry,
    /// Whether its checksum was found right.
    pub(super) verified: AtomicBool,
    /// Gives the type as which it was found to be laid out and valid, or null.
    ///
    /// Relaxed, here and at its neighbours: the answer is the same whoever finds it first, and nothing
    /// else is published with it. The bytes were there before the archive was.
    valid_as: AtomicPtr<fn() -> TypeId>,
    /// Whether it is then a slice: the file's schema says so, and so it is the same for all.
    many: AtomicBool,
}

impl Section {
    pub(super) fn new(entry: Entry) -> Self {
        Self {
            entry,
            verified: AtomicBool::new(false),
            valid_as: AtomicPtr::new(ptr::null_mut()),
            many: AtomicBool::new(false),
        }
    }

    pub(super) fn name(&self) -> String {
        self.entry.name.clone()
    }

    pub(super) fn invalid(&self, invalid: Invalid) -> SectionError {
        SectionError::Invalid { section: self.name(), invalid }
    }

    /// It has not one value, and should have.
    pub(super) fn not_one(&self) -> SectionError {
        let reason = Reason::Count { expected: 1, found: self.entry.count };
        self.invalid(Invalid { at: 0, field: None, reason })
    }

    pub(super) fn is_valid_as<T: Root + ?Sized>(&self) -> bool {
        let known: *const fn() -> TypeId = self.valid_as.load(Ordering::Relaxed);
        // SAFETY: null, or made of a `&'static` in `set_valid_as`.
        let known: Option<&'static fn() -> TypeId> = unsafe { known.as_ref() };
        known.is_some_and(|known| known() == TypeId::of::<Of<T>>())
            && self.many.load(Ordering::Relaxed) == T::MANY
    }

    pub(super) fn set_valid_as<T: Root + ?Sized>(&self) {
        self.many.store(T::MANY, Ordering::Relaxed);
        // Not that of `Of::<T>::TYPE`, which says what an implementation of `Stored` likes.
        let known: &'static fn() -> TypeId = const { &(TypeId::of::<Of<T>> as fn() -> TypeId) };
        self.valid_as.store(ptr::from_ref(known).cast_mut(), Ordering::Relaxed);
    }
}

/// A section in the middle of a change.
pub(super) struct Edited<'a> {
    pub(super) front: &'a mut [u8],
    pub(super) block: &'a mut [u8],
    pub(super) section: &'a mut Section,
    pub(super) index: usize,
}

// ANCHOR: edited
impl Drop for Edited<'_> {
    fn drop(&mut self) {
        self.section.entry.checksum = refresh(self.front, self.index, self.block);
    }
}
// ANCHOR_END: edited

/// What a file says of one of its sections.
#[derive(Clone, Copy)]
pub struct SectionInfo<'a> {
    pub(super) entry: &'a Entry,
    pub(super) bytes: &'a [u8],
}

impl<'a> SectionInfo<'a> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.entry.name
    }

    /// Where it begins in the file.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.entry.offset
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How many values its root has: 1 unless it is a slice.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.entry.count
    }

    /// The alignment of its root's type.
    #[must_use]
    pub const fn align(&self) -> usize {
        self.entry.align
    }

    /// The checksum that the file names, and that of its bytes.
    #[must_use]
    pub fn checksums(&self) -> (u64, u64) {
        (self.entry.checksum, checksum(self.bytes))
    }

    /// The fingerprint of its layout.
    #[must_use]
    pub const fn fingerprint(&self) -> u128 {
        self.entry.fingerprint
    }

    /// The description of its layout, as text.
    #[must_use]
    pub fn schema(&self) -> &'a str {
        &self.entry.schema
    }
}

impl fmt::Debug for SectionInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(f)
    }
}
