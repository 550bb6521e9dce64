//! The corpus of the fuzz targets: files that are good, bad in one place, or were found, each with what
//! its target says of it.
//!
//! `tests/corpus/TARGET/` holds the inputs, `tests/corpus/TARGET.txt` what comes of them: a line for
//! each, with `ok` or the error. Most are crafted, by `tests/crafted`. With `BLESS=1` in its environment
//! this test writes the crafted ones and the lines; read what changed.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

pub mod crafted;
pub mod targets;

use crafted::crafted;
use targets::{SUBJECTS, TARGETS, Target};

/// What is expected of each input of a target.
fn expected(target: &str) -> BTreeMap<&'static str, &'static str> {
    let lines = match target {
        "open" => include_str!("corpus/open.txt"),
        "sealed" => include_str!("corpus/sealed.txt"),
        "validate" => include_str!("corpus/validate.txt"),
        "plain" => include_str!("corpus/plain.txt"),
        "convert" => include_str!("corpus/convert.txt"),
        "edit" => include_str!("corpus/edit.txt"),
        other => panic!("{other}"),
    };
    lines.lines().map(|line| line.split_once(": ").unwrap()).collect()
}

/// What a target says, in one line.
fn outcome(target: Target, input: &[u8]) -> String {
    match (target.body)(input) {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.replace('\n', "\\n"),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The files of a target.
fn files(target: Target) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder().join(target.name)).unwrap().map(|file| {
        let path = file.unwrap().path();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    });
    files.collect()
}

fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// On a machine of the other byte order other bits are flipped, and of 32 bits distances wrap around: the
/// bodies are run, and what they return may be something else.
fn check(target: Target, name: &str, input: &[u8]) {
    let outcome = outcome(target, input);
    let Some(&expected) = expected(target.name).get(name) else {
        panic!("{} {name} is not in the list: {outcome}", target.name);
    };
    if cfg!(all(target_endian = "little", target_pointer_width = "64")) {
        assert_eq!(outcome, expected, "{} {name}", target.name);
    }
}

/// Under Miri a few of them: all would take a quarter of an hour.
#[test]
fn what_is_crafted_gives_its_error() {
    for (number, it) in crafted().iter().enumerate() {
        let target = TARGETS.into_iter().find(|target| target.name == it.target).unwrap();
        if !cfg!(miri) && bless() || cfg!(miri) && (number % 23 != 0 || it.bytes.len() > 200) {
            continue;
        }
        check(target, &it.name, &it.bytes);
    }
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no working directory; the test above needs no files")]
fn each_file_gives_its_error() {
    let mut sum = 0;
    for target in TARGETS {
        if bless() {
            let folder = folder().join(target.name);
            fs::create_dir_all(&folder).unwrap();
            for it in crafted().iter().filter(|it| it.target == target.name) {
                fs::write(folder.join(&it.name).with_extension("bin"), &it.bytes).unwrap();
            }
            let line = |(name, bytes): (&String, &Vec<u8>)| {
                format!("{name}: {}\n", outcome(target, bytes))
            };
            let lines: String = files(target).iter().map(line).collect();
            fs::write(folder.with_extension("txt"), lines).unwrap();
            continue;
        }
        let (files, expected) = (files(target), expected(target.name));
        let names: BTreeSet<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, expected.keys().copied().collect(), "files, and lines of the list");
        for (name, bytes) in &files {
            sum += bytes.len();
            check(target, name, bytes);
        }
    }
    assert!(sum < 100_000, "{sum} bytes");
}

/// Whatever it was made for.
#[test]
#[cfg_attr(miri, ignore = "Miri has no working directory")]
fn each_file_is_given_to_every_target() {
    for from in TARGETS {
        for bytes in files(from).values() {
            for target in TARGETS {
                for skipped in 0..3 {
                    let mut bytes = bytes.get(skipped..).unwrap_or_default().to_vec();
                    let _ = (target.body)(&bytes);
                    // The same type, and what the bodies do for some first bytes only.
                    if let [first, ..] = &mut *bytes {
                        *first = first.wrapping_add(7 * SUBJECTS.len() as u8);
                        let _ = (target.body)(&bytes);
                    }
                }
            }
        }
    }
}

/// On a machine of the other byte order the crafted files are others.
#[test]
#[cfg_attr(miri, ignore = "Miri has no working directory")]
#[cfg_attr(target_endian = "big", ignore = "the files were written on a little-endian machine")]
fn the_crafted_files_are_those_that_are_there() {
    if bless() {
        return;
    }
    let mut found: BTreeMap<_, _> = TARGETS.map(|target| (target.name, files(target))).into();
    for it in crafted() {
        let file = found.get_mut(it.target).unwrap().remove(&it.name);
        assert!(file.as_ref() == Some(&it.bytes), "{} {} is another file", it.target, it.name);
    }
    for (target, name) in
        found.iter().flat_map(|(target, it)| it.keys().map(move |it| (target, it)))
    {
        assert!(name.starts_with("found-"), "nothing makes {target} {name}");
    }
}

/// Each variant of `Reason`, `OpenError`, `SectionError`, `Damage`, `ConvertError` and `Error` that bytes
/// can bring about, by a part of what it says.
#[test]
#[cfg_attr(miri, ignore = "it compares text only")]
fn each_error_is_in_the_corpus() {
    let lines: String = TARGETS
        .iter()
        .flat_map(|it| expected(it.name).into_values())
        .map(|line| format!("{line}\n"))
        .collect();
    for part in [
        // `Reason`.
        "expected a bool, 0 or 1, and found 2",
        "expected a Unicode scalar value and found 0xd800",
        "expected a number that is not zero and found 0",
        "no variant has the tag 9",
        "expected a zero between values and found 0x01",
        "the text is not UTF-8 after 3 bytes",
        "the length of a text does not go with its form",
        "right behind what lies before it",
        "it reaches to byte 34359738368, and there are 46",
        "it is empty and yet points 8 bytes on",
        "the key of entry 1 is not above the one before it",
        "expected 1 value, found 0",
        "pointers are nested deeper than 128",
        "the last 1 bytes belong to nothing",
        // `Fault`.
        "the keys of a map hold something that has no order",
        // `OpenError`.
        "not a file of this format: expected it to begin with",
        "the file is empty",
        "each byte lost its highest bit",
        "CR LF became LF",
        "LF became CR LF",
        "its bytes were taken for characters and encoded as UTF-8",
        "version 2 of the format; this program reads version 1",
        "the file was cut short",
        "something was appended to the file",
        "the description at the beginning of the file is damaged",
        "what the file says of itself cannot be: at byte 10 stands 120",
        // `SectionError`; `ReadOnly` is in the body of `edit`.
        "there is no section",
        "section `flags` is damaged: expected checksum",
        "section `texts` is big-endian, and this machine little-endian",
        "section `flags` has another layout than this program",
        "section `texts` is no value of its type",
        // `ConvertError`; and `Refused`.
        "bytes, and may have 16384",
        "in the file, ",
        // `SchemaError`.
        "line 2: expected ",
        "types at most 64 deep in one another",
        "types at most 128 deep in one another",
        // `Error`; its `Alignment` is in the bodies.
        "the type has 12 bytes, and there are 11",
    ] {
        assert!(lines.contains(part), "nothing in the corpus says: {part}");
    }
}
