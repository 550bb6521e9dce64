//! Archives on a disk: read, mapped, changed there, and replaced while somebody has them mapped.
#![cfg(all(feature = "std", feature = "mmap"))]
#![cfg(not(miri))] // Miri has no files to map, and its own file system is slow; the rest is in archive.rs.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use raw_serialise::{Archive, Builder, Checksums, OpenError, SectionError};

/// A path that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("raw-serialise-{}-{name}.raw", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn numbers() -> Vec<u64> {
    (0..5_000).map(|n| n * n).collect()
}

fn save(name: &str) -> Scratch {
    let path = Scratch::new(name);
    let texts = vec!["one text that is long".to_owned(), "two".to_owned()];
    Builder::new().borrow("numbers", &numbers()).section("texts", &texts).save(&path.0).unwrap();
    path
}

#[test]
fn what_was_saved_is_read_and_mapped() {
    let path = save("read");
    // SAFETY: the file is this test's own, and does not change.
    let mapped = unsafe { Archive::map(&path.0) }.unwrap();
    let read = Archive::read(&path.0).unwrap();
    let stream = Archive::read_from(fs::File::open(&path.0).unwrap()).unwrap();
    for archive in [&mapped, &read, &stream] {
        assert_eq!(archive.get::<[u64]>("numbers").unwrap().as_slice(), numbers());
        assert_eq!(archive.get::<Vec<String>>("texts").unwrap().get(1), Some("two"));
        archive.verify().unwrap();
    }
    assert_eq!(mapped.bytes(), fs::read(&path.0).unwrap());
}

#[test]
fn a_mapped_file_is_changed_in_place() {
    let path = save("change");
    {
        // SAFETY: as above.
        let mut archive = unsafe { Archive::map_mut(&path.0) }.unwrap();
        archive.edit::<[u64], _>("numbers", |mut all| all.as_mut_slice()[3] = 7).unwrap();
        archive.flush().unwrap();
    }
    let archive = Archive::read_with(&path.0, Checksums::Upfront).unwrap();
    assert_eq!(archive.get::<[u64]>("numbers").unwrap()[3], 7);

    // SAFETY: as above.
    let mut archive = unsafe { Archive::map(&path.0) }.unwrap();
    let outcome = archive.edit::<[u64], _>("numbers", |_| ());
    assert!(matches!(outcome, Err(SectionError::ReadOnly)));
}

#[test]
fn a_file_that_is_replaced_stays_as_it_is_for_those_who_mapped_it() {
    let path = save("replace");
    // SAFETY: `save` replaces the file, and changes nothing in the one that is mapped.
    let mapped = unsafe { Archive::map(&path.0) }.unwrap();
    Builder::new().section("other", &1_u8).save(&path.0).unwrap();
    assert_eq!(mapped.get::<[u64]>("numbers").unwrap().len(), 5_000);
    assert_eq!(Archive::read(&path.0).unwrap().get::<u8>("other").unwrap(), 1);
}

#[test]
fn an_archive_that_was_read_can_be_changed_and_saved() {
    let path = save("again");
    let mut archive = Archive::read(&path.0).unwrap();
    archive.edit::<[u64], _>("numbers", |mut all| all.get_mut(0).unwrap().set(1)).unwrap();
    archive.save(&path.0).unwrap();
    let archive = Archive::read_with(&path.0, Checksums::Upfront).unwrap();
    assert_eq!(archive.get::<[u64]>("numbers").unwrap()[0], 1);
}

#[test]
fn what_cannot_be_saved_leaves_the_old_file_and_nothing_else() {
    let path = save("fails");
    let before = fs::read(&path.0).unwrap();
    let error = Builder::new().section("", &1_u8).save(&path.0).unwrap_err();
    assert!(error.to_string().contains("a name has 1 to 37 bytes"), "{error}");
    assert_eq!(fs::read(&path.0).unwrap(), before);
    let folder = path.0.parent().unwrap();
    let name = path.0.file_name().unwrap().to_string_lossy().into_owned();
    let beside = fs::read_dir(folder).unwrap().filter(|entry| {
        let entry = entry.as_ref().unwrap().file_name().to_string_lossy().into_owned();
        entry != name && entry.starts_with(&name)
    });
    assert_eq!(beside.count(), 0);
}

#[test]
fn files_that_are_none() {
    let missing = Scratch::new("missing");
    assert!(matches!(Archive::read(&missing.0), Err(OpenError::Io(_))));
    fs::write(&missing.0, b"").unwrap();
    assert!(matches!(Archive::read(&missing.0), Err(OpenError::Magic { length: 0, .. })));
    // A reader that says nothing of its length, and ends early.
    let path = save("short");
    let short = fs::File::open(&path.0).unwrap().take(1_000);
    assert!(matches!(Archive::read_from(short), Err(OpenError::Length { found: 1_000, .. })));
}
