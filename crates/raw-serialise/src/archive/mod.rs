//! A file of sections, as it lies in memory.

use alloc::vec::Vec;
use core::fmt;
use core::ptr::NonNull;
use core::sync::atomic::Ordering;

use crate::bytes::check_alignment_to;
use crate::check::Checker;
use crate::heap::{ListMut, ListRef};
use crate::schema::{self, Schema};
use crate::stored::{MAX_ALIGN, type_of};
use crate::{Error, WriteError};

mod aligned;
#[forbid(unsafe_code)]
mod builder;
#[forbid(unsafe_code)]
mod error;
#[cfg(feature = "std")]
mod files;
#[forbid(unsafe_code)]
pub mod format;
mod opened;
#[forbid(unsafe_code)]
mod root;
mod section;

use aligned::AlignedBytes;
pub use builder::Builder;
use builder::Of;
pub use error::{BuildError, Damage, OpenError, SectionError};
pub use format::{ByteOrder, MAX_NAME};
use format::{Entry, Front, checksum};
use opened::Block;
pub use opened::Opened;
pub use root::Root;
pub use section::SectionInfo;
use section::{Edited, Section};

/// When the checksums of sections are verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checksums {
    /// That of a section, when it is first used.
    #[default]
    Lazy,
    /// All of them, when the file is opened.
    Upfront,
    /// Only by [`Archive::verify`]. So opening takes the same time whatever the size.
    Manual,
}

/// A file of sections, in memory: its own, borrowed, or mapped.
///
/// Opening looks at the front of the file only. A section is found by its name, and seen as the type
/// that it was written as:
///
/// ```
/// use raw_serialise::{Archive, Builder};
///
/// let tags = vec!["ridge".to_owned(), "lake with an island".to_owned()];
/// let archive = Builder::new()
///     .section("tags", &tags)
///     .section("heights", &[3.5_f32, 4.25][..])
///     .build()?;
///
/// let tags = archive.get::<Vec<String>>("tags")?;
/// assert_eq!(tags.get(1), Some("lake with an island"));
/// assert_eq!(archive.get::<[f32]>("heights")?.as_slice(), [3.5, 4.25]);
///
/// let error = archive.get::<[u32]>("heights").unwrap_err();
/// assert!(error.to_string().contains("`[f32]` in the file, `[u32]` in this program"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Archive<'a> {
    memory: Memory<'a>,
    order: ByteOrder,
    front: usize,
    sections: Vec<Section>,
    checksums: Checksums,
}

/// Where the bytes are.
///
/// They do not change and do not move, but through `bytes_mut`.
enum Memory<'a> {
    Owned(AlignedBytes),
    Borrowed(&'a [u8]),
    BorrowedMut(&'a mut [u8]),
    #[cfg(feature = "mmap")]
    Mapped(memmap2::Mmap),
    #[cfg(feature = "mmap")]
    MappedMut(memmap2::MmapMut),
}

impl Memory<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes.as_slice(),
            Self::Borrowed(bytes) => bytes,
            Self::BorrowedMut(bytes) => bytes,
            #[cfg(feature = "mmap")]
            Self::Mapped(map) => map,
            #[cfg(feature = "mmap")]
            Self::MappedMut(map) => map,
        }
    }

    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        match self {
            Self::Owned(bytes) => Some(bytes.as_mut_slice()),
            Self::BorrowedMut(bytes) => Some(bytes),
            Self::Borrowed(_) => None,
            #[cfg(feature = "mmap")]
            Self::Mapped(_) => None,
            #[cfg(feature = "mmap")]
            Self::MappedMut(map) => Some(map),
        }
    }
}

impl fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.sections.iter().map(|section| &section.entry.name).collect();
        f.debug_struct("Archive")
            .field("bytes", &self.bytes().len())
            .field("order", &self.order)
            .field("sections", &names)
            .finish_non_exhaustive()
    }
}

impl<'a> Archive<'a> {
    /// Opens a file that lies in memory, which must begin at a multiple of
    /// [`MAX_ALIGN`].
    ///
    /// # Errors
    ///
    /// [`OpenError::Alignment`], and whatever is wrong with the front.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, OpenError> {
        Self::from_bytes_with(bytes, Checksums::Lazy)
    }

    /// As [`from_bytes`](Self::from_bytes), with a choice of when checksums are verified.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes), and [`OpenError::Checksum`] if they are verified now.
    pub fn from_bytes_with(bytes: &'a [u8], checksums: Checksums) -> Result<Self, OpenError> {
        Self::new(Memory::Borrowed(bytes), checksums)
    }

    /// As [`from_bytes`](Self::from_bytes), for changes in place.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_bytes_mut(bytes: &'a mut [u8]) -> Result<Self, OpenError> {
        Self::new(Memory::BorrowedMut(bytes), Checksums::Lazy)
    }

    /// Opens an aligned copy of a file that lies anywhere in memory.
    ///
    /// # Errors
    ///
    /// [`OpenError::OutOfMemory`], and whatever is wrong with the front.
    pub fn copy(bytes: &[u8]) -> Result<Self, OpenError> {
        let copy = AlignedBytes::copy(bytes);
        let copy = copy.map_err(|_| OpenError::OutOfMemory { bytes: bytes.len() })?;
        Self::new(Memory::Owned(copy), Checksums::Lazy)
    }

    fn new(memory: Memory<'a>, checksums: Checksums) -> Result<Self, OpenError> {
        let bytes = memory.bytes();
        let front = Front::read(bytes)?;
        if let Err(Error::Alignment { expected, found }) = check_alignment_to(bytes, MAX_ALIGN) {
            return Err(OpenError::Alignment { expected, found });
        }
        let archive = Self::of(memory, front, checksums);
        if checksums == Checksums::Upfront {
            for section in &archive.sections {
                if let Some((expected, found)) = archive.damage(section) {
                    return Err(OpenError::Checksum { section: section.name(), expected, found });
                }
            }
        }
        Ok(archive)
    }

    fn of(memory: Memory<'a>, front: Front, checksums: Checksums) -> Self {
        let sections = front.entries.into_iter().map(Section::new);
        Self {
            memory,
            order: front.order,
            front: front.length,
            sections: sections.collect(),
            checksums,
        }
    }

    /// All bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.memory.bytes()
    }

    /// The byte order of the machine that wrote the file.
    #[must_use]
    pub const fn order(&self) -> ByteOrder {
        self.order
    }

    /// What the file says of its sections, in order.
    pub fn sections(&self) -> impl ExactSizeIterator<Item = SectionInfo<'_>> {
        self.sections
            .iter()
            .map(|section| SectionInfo { entry: &section.entry, bytes: self.block(section) })
    }

    /// Verifies the checksums of all sections that were not verified before.
    ///
    /// Reads the whole file.
    ///
    /// # Errors
    ///
    /// [`SectionError::Checksum`] for the first that is wrong.
    pub fn verify(&self) -> Result<(), SectionError> {
        self.sections.iter().try_for_each(|section| self.verify_section(section))
    }

    fn verify_section(&self, section: &Section) -> Result<(), SectionError> {
        match self.damage(section) {
            None => Ok(()),
            Some((expected, found)) => {
                Err(SectionError::Checksum { section: section.name(), expected, found })
            }
        }
    }

    /// The checksum that the file names and the one that was found, if they differ.
    fn damage(&self, section: &Section) -> Option<(u64, u64)> {
        if section.verified.load(Ordering::Relaxed) {
            return None;
        }
        let (expected, found) = (section.entry.checksum, checksum(self.block(section)));
        section.verified.store(expected == found, Ordering::Relaxed);
        (expected != found).then_some((expected, found))
    }

    fn block(&self, section: &Section) -> &[u8] {
        &self.bytes()[section.entry.offset..section.entry.offset + section.entry.length]
    }

    fn find(&self, name: &str) -> Result<usize, SectionError> {
        self.sections.iter().position(|section| section.entry.name == name).ok_or_else(|| {
            SectionError::Missing {
                section: name.into(),
                present: self.sections.iter().map(|section| section.name()).collect(),
            }
        })
    }

    /// The view of a section, which was written as a `T`, by a program in which `T` had the same
    /// layout, on a machine of the same byte order.
    ///
    /// The first time, the schema of the file is compared with that of `T`, the checksum is verified
    /// (unless told [otherwise](Checksums)), and the bytes are checked: for plain values in no time,
    /// for others in one pass. After that it is a lookup of the name.
    ///
    /// # Errors
    ///
    /// A [`SectionError`] that says in terms of fields what is not as it should be.
    pub fn get<T: Root + ?Sized>(&self, name: &str) -> Result<T::Ref<'_>, SectionError> {
        let section = &self.sections[self.find(name)?];
        self.validate::<T>(section)?;
        let block = NonNull::from(self.block(section)).cast();
        // SAFETY: `validate` has found so many valid values there, aligned since `Entry::read` wants
        // sections at multiples of `MAX_ALIGN`, and `new` the memory. They do not change while `self` is
        // borrowed.
        let list: ListRef<'_, Of<T>> = unsafe { ListRef::new(block, section.entry.count) };
        T::view(list).ok_or_else(|| section.not_one())
    }

    /// A section, also one that was written by an older program, or on a machine of the other byte
    /// order: then it is brought to the layout of this program.
    ///
    /// A section that [`get`](Self::get) accepts is not copied. Another one is checked by its own
    /// schema and written anew, once, into memory of at most 64 times its length and 64 KiB. Which
    /// layouts can be converted, [`schema`] says.
    ///
    /// ```
    /// use raw_serialise::{Archive, Builder, Serialise};
    ///
    /// mod first {
    ///     #[derive(raw_serialise::Serialise)]
    ///     pub struct Settings {
    ///         pub name: String,
    ///     }
    /// }
    ///
    /// #[derive(Serialise)]
    /// struct Settings {
    ///     #[raw(default = 12)]
    ///     size: u16,
    ///     name: String,
    ///     recent: Vec<String>,
    /// }
    ///
    /// let settings = first::Settings { name: "dark".to_owned() };
    /// let file = Builder::new().section("settings", &settings).build()?;
    ///
    /// assert!(file.get::<Settings>("settings").is_err());
    /// let settings = file.open::<Settings>("settings")?;
    /// assert!(settings.is_converted());
    /// assert_eq!((settings.view().size(), settings.view().name()), (12, "dark"));
    /// assert!(settings.view().recent().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for the layouts and byte orders that can be converted;
    /// [`SectionError::Convert`] says by name what cannot.
    pub fn open<T: Root + ?Sized>(&self, name: &str) -> Result<Opened<'_, T>, SectionError> {
        let section = &self.sections[self.find(name)?];
        let Entry { count, .. } = section.entry;
        let block = match self.validate::<T>(section) {
            Ok(()) => Block::AsItIs(self.block(section)),
            Err(SectionError::Layout { .. } | SectionError::ByteOrder { .. }) => {
                let converted = self.convert::<T>(section)?;
                // SAFETY: memory of `AlignedBytes`.
                unsafe { Checker::run::<Of<T>>(converted.as_slice(), count) }
                    .map_err(|invalid| section.invalid(invalid))?;
                Block::Converted(converted)
            }
            Err(error) => return Err(error),
        };
        if !T::MANY && count != 1 {
            return Err(section.not_one());
        }
        // SAFETY: 1: validated, or checked, just now; sections are aligned, and so are converted ones.
        // 2: the line above.
        Ok(unsafe { Opened::new(block, count) })
    }

    fn convert<T: Root + ?Sized>(&self, section: &Section) -> Result<AlignedBytes, SectionError> {
        if self.checksums != Checksums::Manual {
            self.verify_section(section)?;
        }
        let failed = |error| SectionError::Convert { section: section.name(), error };
        let file = Schema::parse(&section.entry.schema)
            .map_err(|error| SectionError::Schema { section: section.name(), error })?;
        let program = Schema::of_type(type_of::<Of<T>>(), T::MANY);
        let block = self.block(section);
        let limit = block.len().saturating_mul(64).saturating_add(64 << 10);
        let converted =
            schema::convert(&file, self.order, block, section.entry.count, &program, limit)
                .map_err(failed)?;
        AlignedBytes::copy(&converted)
            .map_err(|_| failed(WriteError::OutOfMemory { bytes: converted.len() }.into()))
    }

    /// As [`get`](Self::get), without a look at checksum or bytes; the layout is compared.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), for what concerns the layout.
    ///
    /// # Safety
    ///
    /// [`get`](Self::get) would find nothing wrong.
    pub unsafe fn get_unchecked<T: Root + ?Sized>(
        &self,
        name: &str,
    ) -> Result<T::Ref<'_>, SectionError> {
        let section = &self.sections[self.find(name)?];
        if !section.is_valid_as::<T>() {
            self.compare::<T>(section)?;
            // The caller says so, and the next call need not compare.
            section.set_valid_as::<T>();
        }
        let block = NonNull::from(self.block(section)).cast();
        // SAFETY: the caller promises what `get` finds out.
        let list: ListRef<'_, Of<T>> = unsafe { ListRef::new(block, section.entry.count) };
        T::view(list).ok_or_else(|| section.not_one())
    }

    /// Changes values of a section in place, and makes its checksum true again, also if `change`
    /// panics.
    ///
    /// What can be changed: everything of a fixed size, down to values in lists and maps. Text, keys,
    /// lengths and pointers stay as they are.
    ///
    /// Costs a pass over the section for the checksum, before (to find damage that would be hidden
    /// otherwise) and after.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), [`SectionError::Checksum`] also if checksums are verified manually, and
    /// [`SectionError::ReadOnly`].
    pub fn edit<T: Root + ?Sized, R>(
        &mut self,
        name: &str,
        change: impl FnOnce(T::Mut<'_>) -> R,
    ) -> Result<R, SectionError> {
        let index = self.find(name)?;
        let section = &self.sections[index];
        self.verify_section(section)?;
        self.validate::<T>(section)?;
        let (offset, length) = (section.entry.offset, section.entry.length);
        let count = section.entry.count;
        let bytes = self.memory.bytes_mut().ok_or(SectionError::ReadOnly)?;
        let (front, rest) = bytes.split_at_mut(self.front);
        let block = &mut rest[offset - self.front..][..length];
        let section = &mut self.sections[index];
        let edited = Edited { front, block, section, index };
        let first = NonNull::from(&mut *edited.block).cast();
        // SAFETY: as in `get`, and borrowed mutably.
        let list: ListMut<'_, Of<T>> = unsafe { ListMut::new(first, count) };
        let view = T::view_mut(list).ok_or_else(|| edited.section.not_one())?;
        Ok(change(view))
    }

    /// Finds out whether a section holds `T`, laid out as in this program, and undamaged.
    fn validate<T: Root + ?Sized>(&self, section: &Section) -> Result<(), SectionError> {
        if section.is_valid_as::<T>() {
            return Ok(());
        }
        self.compare::<T>(section)?;
        if self.checksums != Checksums::Manual {
            self.verify_section(section)?;
        }
        // SAFETY: the section begins at a multiple of `MAX_ALIGN`.
        unsafe { Checker::run::<Of<T>>(self.block(section), section.entry.count) }
            .map_err(|invalid| section.invalid(invalid))?;
        section.set_valid_as::<T>();
        Ok(())
    }

    /// Compares the layout in the file with that of this program.
    fn compare<T: Root + ?Sized>(&self, section: &Section) -> Result<(), SectionError> {
        let name = || section.name();
        let ours = Schema::of_type(type_of::<Of<T>>(), T::MANY);
        if ours.text() != section.entry.schema {
            return Err(match Schema::parse(&section.entry.schema) {
                Ok(file) => SectionError::Layout {
                    section: name(),
                    differences: schema::differences(&file, &ours),
                },
                Err(error) => SectionError::Schema { section: name(), error },
            });
        }
        if self.order != ByteOrder::NATIVE {
            return Err(SectionError::ByteOrder {
                section: name(),
                expected: ByteOrder::NATIVE,
                found: self.order,
            });
        }
        Ok(())
    }
}

impl Archive<'static> {
    /// What a builder has made.
    fn built(bytes: AlignedBytes, entries: Vec<Entry>, front: usize) -> Self {
        let front = Front { order: ByteOrder::NATIVE, length: front, entries };
        Self::of(Memory::Owned(bytes), front, Checksums::Lazy)
    }
}
