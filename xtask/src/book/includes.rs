//! Every anchor that a page includes is in the file that it names.
//!
//! mdBook shows nothing at all for an anchor that is not there, and says nothing either.

use std::path::Path;

use anyhow::{Context, Result};

use crate::book::files_in;
use crate::tally::{Failure, Tally};

/// Check the sources of a book. All that is included counts as one check.
pub(crate) fn check(src: &Path) -> Result<Tally> {
    let mut tally = Tally::default();
    for file in files_in(src)? {
        if file.extension().is_none_or(|it| it != "md") {
            continue;
        }
        let page = read(&file)?;
        for include in includes(&page) {
            let folder = file.parent().unwrap_or(src);
            if let Some(fault) = fault(folder, include) {
                let page = file.strip_prefix(src).unwrap_or(&file);
                tally.failures.push(Failure {
                    what: format!("book: {} includes {include}: {fault}", page.display()),
                    command: "cargo xtask book test".to_owned(),
                    output: String::new(),
                });
            }
        }
    }
    tally.passed = usize::from(tally.failures.is_empty());
    Ok(tally)
}

/// What stands between `{{#include` and `}}`, unless a backslash says that it is meant as text.
fn includes(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{#") {
        rest = after;
        let include = after.strip_prefix("include ").or(after.strip_prefix("rustdoc_include "));
        if let Some((include, _)) = include.and_then(|it| it.split_once("}}"))
            && !before.ends_with('\\')
        {
            found.push(include.trim());
        }
    }
    found
}

fn fault(folder: &Path, include: &str) -> Option<String> {
    let (file, part) = include.split_once(':').unwrap_or((include, ""));
    let Ok(text) = read(&folder.join(file)) else { return Some("no such file".to_owned()) };
    let lines = part.chars().all(|it| it.is_ascii_digit() || it == ':');
    let has = |mark: &str| {
        let mut words = text.lines().filter_map(|it| it.split_once(mark));
        words.any(|(_, name)| name.trim() == part)
    };
    if lines || has("ANCHOR: ") && has("ANCHOR_END: ") {
        None
    } else {
        Some(format!("no `ANCHOR: {part}` with its `ANCHOR_END: {part}` in that file"))
    }
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{fault, includes};

    #[test]
    fn includes_are_found_and_quoted_ones_are_not() {
        let page =
            "a {{#include x.rs:all}} b {{#rustdoc_include ../y.rs}} \\{{#include z}} {{#title t}}";
        assert_eq!(includes(page), ["x.rs:all", "../y.rs"]);
        assert!(includes("{{#include x").is_empty());
    }

    #[test]
    fn an_anchor_must_be_there_with_its_end() {
        let folder = std::env::temp_dir().join(format!("xtask-includes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let program = "// ANCHOR: all\n// ANCHOR: part\nfn main() {}\n// ANCHOR_END: all\n";
        std::fs::write(folder.join("a.rs"), program).unwrap();
        assert_eq!(fault(&folder, "a.rs:all"), None);
        assert!(fault(&folder, "a.rs:part").unwrap().contains("ANCHOR_END: part"));
        assert!(fault(&folder, "a.rs:al").unwrap().contains("ANCHOR: al"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_must_be_there() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/book");
        assert_eq!(fault(&here, "includes.rs"), None);
        assert_eq!(fault(&here, "includes.rs:3:9"), None);
        assert_eq!(fault(&here, "nowhere.rs").as_deref(), Some("no such file"));
    }
}
