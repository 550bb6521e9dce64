//! One run of `ui_test` over the listings, under one model.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ui_test::color_eyre::eyre;
use ui_test::spanned::Spanned;
use ui_test::status_emitter;
use ui_test::{CommandBuilder, Config, OutputConflictHandling};

use crate::counts::{Counter, Counts};
use crate::toolchain::Toolchain;

/// Which listings a run takes, and with which model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pass {
    /// Those without revisions, under Stacked Borrows.
    Stacked,
    /// The same ones, under Tree Borrows: they must say the same.
    Tree,
    /// Those whose revisions name the models themselves.
    Revisions,
}

/// What to do with the full text of an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Text {
    Compare,
    Ignore,
    Write,
}

/// A program of the book.
pub(crate) struct Listing {
    /// Its path below the package, without `.rs`: `executor/03-waker-by-hand`.
    pub(crate) name: String,
    path: PathBuf,
    has_revisions: bool,
}

/// Every `.rs` file in a chapter's folder, in the order of their names.
pub(crate) fn find(root: &Path) -> Result<Vec<Listing>> {
    let mut listings = Vec::new();
    for chapter in chapters(root)? {
        for path in files(&chapter)? {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.strip_prefix(root)?.with_extension("").display().to_string();
            let has_revisions = text.contains("//@ revisions:");
            listings.push(Listing { name, path, has_revisions });
        }
    }
    listings.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(listings)
}

/// An output whose listing is gone would still be shown in the book, and never be compared.
pub(crate) fn check_outputs(root: &Path, listings: &[Listing]) -> Result<()> {
    for chapter in chapters(root)? {
        for path in files(&chapter)? {
            let output = path.extension().is_some_and(|e| e == "stderr" || e == "stdout");
            let stem = path.with_extension("");
            let of = |listing: &Listing| {
                let rs = listing.path.with_extension("");
                if listing.has_revisions { stem.with_extension("") == rs } else { stem == rs }
            };
            if output && !listings.iter().any(of) {
                bail!("{} belongs to no listing", path.display());
            }
        }
    }
    Ok(())
}

fn chapters(root: &Path) -> Result<Vec<PathBuf>> {
    Ok(files(root)?.into_iter().filter(|path| path.is_dir() && !path.ends_with("src")).collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
}

/// Run the listings of one pass. `Err` is trouble with the run itself, not a listing that failed.
pub(crate) fn run(
    root: &Path,
    listings: &[Listing],
    names: &[String],
    toolchain: &Toolchain,
    pass: Pass,
    text: Text,
) -> Result<Counts> {
    let chosen = |path: &Path| {
        listings.iter().any(|listing| {
            listing.path == path
                && listing.has_revisions == (pass == Pass::Revisions)
                && (names.is_empty() || names.iter().any(|name| listing.name.contains(name)))
        })
    };
    if !listings.iter().any(|listing| chosen(&listing.path)) {
        return Ok(Counts::default());
    }
    println!(
        "Listings: {}",
        match pass {
            Pass::Stacked => "Stacked Borrows",
            Pass::Tree => "Tree Borrows",
            Pass::Revisions => "those where the models differ",
        }
    );
    let counter = Counter::default();
    let outcome = ui_test::run_tests_generic(
        vec![config(root, toolchain, pass, text).map_err(to_anyhow)?],
        |path, _| (path.extension()? == "rs").then(|| chosen(path)),
        |_, _| {},
        (status_emitter::Text::verbose(), counter.clone()),
    );
    match (outcome, counter.counts()) {
        (Err(report), counts) if counts.failed == 0 => Err(to_anyhow(report)),
        (Ok(()), counts) if counts == Counts::default() => bail!("no listing ran in {pass:?}"),
        (_, counts) => Ok(counts),
    }
}

fn to_anyhow(report: eyre::Report) -> anyhow::Error {
    anyhow::anyhow!("{report:#}")
}

fn config(root: &Path, toolchain: &Toolchain, pass: Pass, text: Text) -> eyre::Result<Config> {
    let mut config = Config {
        program: miri(toolchain, pass),
        // A listing is interpreted: what it would be linked to does not matter.
        out_dir: root.join("../../target/listings"),
        bless_command: Some("cargo xtask listings --bless".to_owned()),
        output_conflict_handling: match text {
            Text::Compare => ui_test::error_on_output_conflict,
            Text::Ignore => ui_test::ignore_output_conflict,
            // Stacked Borrows writes; Tree Borrows must then agree.
            Text::Write if pass == Pass::Tree => ui_test::error_on_output_conflict,
            Text::Write => ui_test::bless_output_files,
        } as OutputConflictHandling,
        ..Config::rustc(root)
    };
    let base = config.comment_defaults.base();
    base.set_custom("edition", ui_test::custom_flags::edition::Edition("2024".to_owned()));
    // The pages show what the program printed; a suggestion of the compiler is not applied.
    base.set_custom("rustfix", ui_test::custom_flags::rustfix::RustfixMode::Disabled);
    base.exit_status = Spanned::dummy(1).into();

    let library = toolchain.sysroot.join("lib/rustlib/src/rust/library");
    for (path, name) in [(library, "RUSTLIB"), (root.join(""), "")] {
        base.normalize_stderr.push((path.as_path().into(), name.into()));
        base.normalize_stdout.push((path.as_path().into(), name.into()));
    }
    for (pattern, replacement) in NORMALISE {
        config.filter(pattern, replacement);
    }
    Ok(config)
}

/// What differs from run to run or from machine to machine, and what stands for it on the page.
const NORMALISE: &[(&str, &str)] = &[
    // Allocation and tag numbers, addresses.
    (r"(?-u:\b)alloc[0-9]+(?-u:\b)", "ALLOC"),
    (r"<[0-9]+>", "<TAG>"),
    (r"0x[0-9a-f]{4,}(\[noalloc\])?", "0xADDR"),
    // What is the same on every page.
    (r"(?m)^note: some details are omitted.*\n\n?", ""),
    (r"(?m)^error: aborting due to .*\n\n?", ""),
    // Places in the standard library.
    (r"/rustc/[0-9a-f]+/library", "RUSTLIB"),
    (r"(RUSTLIB/[^ :]+\.rs):[0-9]+:[0-9]+(: [0-9]+:[0-9]+)?", "$1:LL:CC"),
];

fn miri(toolchain: &Toolchain, pass: Pass) -> CommandBuilder {
    let mut miri = CommandBuilder::rustc();
    miri.program = toolchain.miri.clone();
    let mut args = vec![
        "--error-format=json".into(),
        "--sysroot".into(),
        toolchain.miri_sysroot.clone().into_os_string(),
        // Line numbers become `LL`: a page shows part of a file.
        "-Zui-testing".into(),
        "-Zmiri-strict-provenance".into(),
        "-Zmiri-symbolic-alignment-check".into(),
    ];
    if pass == Pass::Tree {
        args.push("-Zmiri-tree-borrows".into());
    }
    miri.args = args;
    miri.out_dir_flag = None;
    miri.input_file_flag = None;
    miri
}
