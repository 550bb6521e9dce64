//! The files from which the fuzz targets begin, and those that were found.
//!
//! `tests/corpus/TARGET/` holds the inputs. What comes of each log is a line of `tests/corpus/log.txt`: `ok`, or
//! the error. With `BLESS=1` in its environment this test writes the lines; read what changed.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

pub mod targets;

use targets::{TARGETS, Target};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn files(target: Target) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder().join(target.name)).unwrap().map(|file| {
        let path = file.unwrap().path();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    });
    files.collect()
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no working directory; the test below needs no files")]
fn each_file_is_given_to_every_target() {
    let mut sum = 0;
    for from in TARGETS {
        let files = files(from);
        assert!(files.len() >= 3, "{} has few files", from.name);
        for bytes in files.values() {
            sum += bytes.len();
            for target in TARGETS {
                let _ = (target.body)(bytes);
            }
        }
    }
    assert!(sum < 50_000, "{sum} bytes");
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no working directory")]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "sizes that are too large are others")]
fn each_log_gives_its_error() {
    let line = |(name, bytes): (String, Vec<u8>)| {
        let outcome = targets::log(&bytes).err().unwrap_or("ok".to_owned());
        format!("{name}: {outcome}\n")
    };
    let lines: String = files(TARGETS[0]).into_iter().map(line).collect();
    let path = folder().join("log.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &lines).unwrap();
    }
    assert_eq!(lines, fs::read_to_string(&path).unwrap());
}

/// Bytes of a generator, which are operations of every kind.
#[test]
fn arbitrary_operations() {
    let mut state = 1_u32;
    for length in if cfg!(miri) { [15, 30, 48] } else { [30, 300, 3000] } {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            // Numerical Recipes' generator.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(length)
        .collect();
        for target in TARGETS {
            let outcome = (target.body)(&bytes);
            assert_eq!(outcome.is_err(), target.name == "log");
        }
    }
}
