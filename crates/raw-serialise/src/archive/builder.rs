//! A file in the making.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::Archive;
use super::aligned::AlignedBytes;
use super::error::BuildError;
use super::format::{Entry, Front, MAX_NAME, checksum};
use super::root::Root;
use crate::schema::{self, Schema};
use crate::stored::{Stored, type_of};
use crate::writer::Writer;
use crate::{NoPadding, Serialise, bytes_of_slice};

/// Collects sections and makes a file of them.
///
/// What has data on the heap is written into the section once; slices of plain values can be
/// [borrowed](Self::borrow), and go to the file from where they lie.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use raw_serialise::{Archive, Builder};
///
/// let heights = [3.5_f32, 4.25, 2.0];
/// let mut file = Vec::new();
/// Builder::new()
///     .borrow("heights", &heights)
///     .section("name", &"Kara Dag")
///     .write_to(&mut file)?;
///
/// let archive = Archive::copy(&file)?;
/// assert_eq!(*archive.get::<[f32]>("heights")?, heights);
/// assert_eq!(archive.get::<&str>("name")?, "Kara Dag");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder makes nothing until it is told where to"]
pub struct Builder<'a> {
    entries: Vec<Entry>,
    sections: Vec<Cow<'a, [u8]>>,
    error: Option<BuildError>,
}

impl<'a> Builder<'a> {
    /// A file without sections.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), sections: Vec::new(), error: None }
    }

    /// Adds a section, and writes the value into it.
    ///
    /// What is wrong comes out at the end.
    pub fn section<T: Root + ?Sized>(self, name: &str, value: &T) -> Self {
        let values = value.elements();
        match Writer::block(values, Vec::new()) {
            Ok(block) => self.add::<T>(name, values.len(), Cow::Owned(block)),
            Err(error) => self.fail(BuildError::Write { section: name.into(), error }),
        }
    }

    /// Adds a section of values that stay where they are until the file is written.
    pub fn borrow<T>(self, name: &str, values: &'a [T]) -> Self
    where
        T: NoPadding + Serialise<Stored = T>,
    {
        self.add::<[T]>(name, values.len(), Cow::Borrowed(bytes_of_slice(values)))
    }

    fn add<T: Root + ?Sized>(mut self, name: &str, count: usize, block: Cow<'a, [u8]>) -> Self {
        if !(1..=MAX_NAME).contains(&name.len()) {
            return self.fail(BuildError::Name { name: name.into() });
        }
        if self.entries.iter().any(|entry| entry.name == name) {
            return self.fail(BuildError::Twice { name: name.into() });
        }
        let schema = Schema::of_type(type_of::<Of<T>>(), T::MANY).text();
        self.entries.push(Entry {
            name: name.into(),
            offset: 0,
            length: block.len(),
            count,
            checksum: checksum(&block),
            align: Of::<T>::ALIGN,
            fingerprint: schema::fingerprint(&schema),
            schema,
        });
        self.sections.push(block);
        self
    }

    fn fail(mut self, error: BuildError) -> Self {
        self.error.get_or_insert(error);
        self
    }

    /// Lays the sections out. Returns the bytes of the front, and the length of the file.
    fn finish(&mut self) -> Result<(Vec<u8>, usize), BuildError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let Some((front, length)) = Front::lay_out(&mut self.entries) else {
            return Err(BuildError::OutOfMemory { bytes: usize::MAX });
        };
        if u32::try_from(front).is_err() {
            return Err(BuildError::Schemas);
        }
        Ok((Front::write(&self.entries, front, length), length))
    }

    /// Writes the file: the front, and then each section from where it lies.
    ///
    /// # Errors
    ///
    /// What was wrong with a section, or [`BuildError::Io`].
    #[cfg(feature = "std")]
    pub fn write_to(mut self, mut writer: impl std::io::Write) -> Result<(), BuildError> {
        let (front, _) = self.finish()?;
        let mut write = |bytes: &[u8]| writer.write_all(bytes).map_err(BuildError::Io);
        write(&front)?;
        let mut at = front.len();
        for (entry, section) in self.entries.iter().zip(&self.sections) {
            write(&[0; crate::stored::MAX_ALIGN][..entry.offset - at])?;
            write(section)?;
            at = entry.offset + section.len();
        }
        Ok(())
    }

    /// Writes the file beside `path`, and puts it there when it is complete. So a program that has
    /// mapped the old file keeps the old one, and none ever sees half of the new one.
    ///
    /// # Errors
    ///
    /// As [`write_to`](Self::write_to). The half-written file is removed.
    #[cfg(feature = "std")]
    pub fn save(self, path: impl AsRef<std::path::Path>) -> Result<(), BuildError> {
        super::files::replace(path.as_ref(), |file| self.write_to(file))
    }

    /// The file's bytes, as an archive.
    ///
    /// # Errors
    ///
    /// What was wrong with a section, or [`BuildError::OutOfMemory`].
    pub fn build(mut self) -> Result<Archive<'static>, BuildError> {
        let (front, length) = self.finish()?;
        let mut bytes =
            AlignedBytes::zeroed(length).map_err(|_| BuildError::OutOfMemory { bytes: length })?;
        let all = bytes.as_mut_slice();
        all[..front.len()].copy_from_slice(&front);
        for (entry, section) in self.entries.iter().zip(&self.sections) {
            all[entry.offset..entry.offset + section.len()].copy_from_slice(section);
        }
        Ok(Archive::built(bytes, self.entries, front.len()))
    }
}

/// The form in which a root's values are stored.
pub(super) type Of<T> = <<T as Root>::Element as Serialise>::Stored;
