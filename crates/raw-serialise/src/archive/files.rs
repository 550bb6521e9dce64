//! Files: read into memory, or mapped.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use super::aligned::AlignedBytes;
use super::error::{BuildError, OpenError};
use super::{Archive, Checksums, Memory};

impl Archive<'static> {
    /// Reads a file into aligned memory.
    ///
    /// Reads it once, all of it. Checksums are verified when a section is first used; see
    /// [`read_with`](Self::read_with).
    ///
    /// # Errors
    ///
    /// [`OpenError::Io`], and whatever is wrong with the front.
    ///
    /// # Examples
    ///
    /// ```
    /// use raw_serialise::{Archive, Builder};
    ///
    /// let path = std::env::temp_dir().join(format!("raw-serialise-{}.raw", std::process::id()));
    /// # if cfg!(miri) { return Ok(()) }
    /// Builder::new().section("answer", &42_u32).save(&path)?;
    /// let archive = Archive::read(&path)?;
    /// assert_eq!(archive.get::<u32>("answer")?, 42);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::read_with(path, Checksums::Lazy)
    }

    /// As [`read`](Self::read), with a choice of when checksums are verified.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and [`OpenError::Checksum`] if they are verified now.
    pub fn read_with(path: impl AsRef<Path>, checksums: Checksums) -> Result<Self, OpenError> {
        let mut file = File::open(path).map_err(OpenError::Io)?;
        let length = file.metadata().map_err(OpenError::Io)?.len();
        // What the system says of a file that is no regular one may be wrong, in both directions: then
        // there is a copy, below.
        let mut bytes = aligned(usize::try_from(length).unwrap_or(usize::MAX))?;
        let mut filled = 0;
        loop {
            let room = &mut bytes.as_mut_slice()[filled..];
            match file.read(room) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(OpenError::Io(error)),
            }
        }
        let mut rest = std::vec::Vec::new();
        file.read_to_end(&mut rest).map_err(OpenError::Io)?;
        if filled < bytes.as_slice().len() || !rest.is_empty() {
            let mut all = aligned(filled + rest.len())?;
            let (first, second) = all.as_mut_slice().split_at_mut(filled);
            first.copy_from_slice(&bytes.as_slice()[..filled]);
            second.copy_from_slice(&rest);
            bytes = all;
        }
        Self::new(Memory::Owned(bytes), checksums)
    }

    /// Reads a file from anything that can be read, to its end.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_from(mut reader: impl Read) -> Result<Self, OpenError> {
        let mut bytes = std::vec::Vec::new();
        reader.read_to_end(&mut bytes).map_err(OpenError::Io)?;
        Self::copy(&bytes)
    }

    /// Maps a file into memory. Pages are read from it when they are first looked at, and a file that
    /// several programs map is in memory once. Checksums are verified when a section is first used;
    /// see [`map_with`](Self::map_with).
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    // ANCHOR: map
    /// # Safety
    ///
    /// Until the archive is dropped, nobody changes the bytes of the file or makes it shorter: no
    /// other program, no other handle or mapping in this one, no file system behind both. Bytes that
    /// change while a view of them exists are undefined behaviour, also if they are changed to valid
    /// ones; a file that gets shorter ends the program with a signal. Replacing the file by
    /// another of the same name, as [`Builder::save`](crate::Builder::save) does, changes nothing
    /// about the one that is mapped.
    // ANCHOR_END: map
    ///
    /// # Examples
    ///
    /// ```
    /// use raw_serialise::{Archive, Builder};
    ///
    /// # if cfg!(miri) { return Ok(()) }
    /// let path = std::env::temp_dir().join(format!("raw-serialise-map-{}.raw", std::process::id()));
    /// Builder::new().section("answer", &42_u32).save(&path)?;
    /// // SAFETY: nobody else knows of the file, and it is only replaced, never changed.
    /// let archive = unsafe { Archive::map(&path) }?;
    /// assert_eq!(archive.get::<u32>("answer")?, 42);
    /// # drop(archive);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// It is not for code that may not make that promise:
    ///
    /// ```compile_fail,E0133
    /// raw_serialise::Archive::map("anything.raw");
    /// ```
    #[cfg(feature = "mmap")]
    pub unsafe fn map(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        // SAFETY: the caller promises the same.
        unsafe { Self::map_with(path, Checksums::Lazy) }
    }

    /// As [`map`](Self::map), with a choice of when checksums are verified.
    ///
    /// # Errors
    ///
    /// As [`read_with`](Self::read_with).
    ///
    /// # Safety
    ///
    /// As [`map`](Self::map).
    #[cfg(feature = "mmap")]
    pub unsafe fn map_with(
        path: impl AsRef<Path>,
        checksums: Checksums,
    ) -> Result<Self, OpenError> {
        let file = File::open(path).map_err(OpenError::Io)?;
        // SAFETY: the caller promises that the file does not change.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(OpenError::Io)?;
        Self::new(Memory::Mapped(map), checksums)
    }

    /// Maps a file into memory so that [`edit`](Self::edit) changes the file itself.
    ///
    /// The system writes the pages back when it likes; [`flush`](Self::flush) waits for it. A program
    /// or machine that ends within an edit may leave a section whose checksum is not true.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Safety
    ///
    /// As [`map`](Self::map); and nobody else reads the file through a mapping.
    #[cfg(feature = "mmap")]
    pub unsafe fn map_mut(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let file = File::options().read(true).write(true).open(path).map_err(OpenError::Io)?;
        // SAFETY: the caller promises that nobody else changes or maps the file.
        let map = unsafe { memmap2::MmapMut::map_mut(&file) }.map_err(OpenError::Io)?;
        Self::new(Memory::MappedMut(map), Checksums::Lazy)
    }
}

impl Archive<'_> {
    /// Waits until what was changed in a file that is mapped by [`map_mut`](Self::map_mut) is on its
    /// disk. For other archives there is nothing to wait for.
    ///
    /// # Errors
    ///
    /// Those of the system.
    #[cfg(feature = "mmap")]
    pub fn flush(&self) -> std::io::Result<()> {
        match &self.memory {
            Memory::MappedMut(map) => map.flush(),
            _ => Ok(()),
        }
    }

    /// Writes the archive as it is now, as [`Builder::save`](crate::Builder::save) does.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), BuildError> {
        replace(path.as_ref(), |file| file.write_all(self.bytes()).map_err(BuildError::Io))
    }
}

fn aligned(bytes: usize) -> Result<AlignedBytes, OpenError> {
    AlignedBytes::zeroed(bytes).map_err(|_| OpenError::OutOfMemory { bytes })
}

/// Writes a file beside `path` and renames it.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let mut beside = OsString::from(path);
    beside.push(std::format!(".{}.new", std::process::id()));
    let outcome = write_new(beside.as_ref(), write)
        .and_then(|()| fs::rename(&beside, path).map_err(BuildError::Io));
    if outcome.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    outcome
}

fn write_new(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let mut file = BufWriter::new(File::create(path).map_err(BuildError::Io)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(|error| BuildError::Io(error.into_error()))?;
    // Before the name points to it: after a loss of power there is the old file or the new one.
    file.sync_all().map_err(BuildError::Io)
}
