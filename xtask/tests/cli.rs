//! The tool as it is typed: errors that say what would have been right, and exit codes.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

fn xtask(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(args).env_remove("MIRIFLAGS");
    command
}

/// Run it and expect exit code 2 with every one of `parts` in the message.
fn refuses(command: &mut Command, parts: &[&str]) -> String {
    let output = command.output().unwrap();
    let message = text(&output);
    assert_eq!(output.status.code(), Some(2), "{command:?}\n{message}");
    for part in parts {
        assert!(message.contains(part), "{command:?}: no `{part}` in\n{message}");
    }
    message
}

fn text(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    parts.concat()
}

#[test]
fn wrong_ranges_of_seeds() {
    refuses(&mut xtask(&["miri", "--seeds", "5..3"]), &["5..3", "`3..5`"]);
    refuses(&mut xtask(&["miri", "--seeds", "a..b"]), &["a..b", "`0..16`"]);
    refuses(&mut xtask(&["miri", "--seeds", "7"]), &["`0..16`", "`5..6`"]);
    refuses(&mut xtask(&["miri", "--seeds", "-1..2"]), &["`0..16`"]);
}

#[test]
fn wrong_partitions() {
    refuses(&mut xtask(&["miri", "--partition", "0/3"]), &["K counts from 1 to N"]);
    refuses(&mut xtask(&["miri", "--partition", "4/3"]), &["K counts from 1 to N"]);
    refuses(&mut xtask(&["miri", "--partition", "three"]), &["`2/3` is the second of three"]);
    refuses(&mut xtask(&["miri", "--partition", "1/9999"]), &["pieces of work"]);
}

#[test]
fn unknown_names() {
    refuses(&mut xtask(&["miri", "raw_queue"]), &["`raw_queue`", "did you mean `raw-queue`?"]);
    refuses(&mut xtask(&["miri", "zzzzzz"]), &["there are:", "raw-queue"]);
    refuses(&mut xtask(&["miri", "--model", "stack"]), &["stacked", "tree", "both"]);
    refuses(&mut xtask(&["loom", "secvek"]), &["no crate here is called `secvek`"]);
    refuses(&mut xtask(&["loom", "raw-queue"]), &["`raw-queue` has no tests/loom.rs"]);
    refuses(&mut xtask(&["miri", "--target", "s390x-linux"]), &["no target is called"]);
    refuses(&mut xtask(&["fuzz", "integer-kodec"]), &["did you mean `integer-codec`?"]);
    refuses(&mut xtask(&["fuzz", "integer-codec", "wid"]), &["`wid`", "did you mean `wide`?"]);
    refuses(&mut xtask(&["fuzz", "raw-queue"]), &["`raw-queue` has no", "Cargo.toml"]);
    refuses(&mut xtask(&["soak", "secvek"]), &["`secvek`", "did you mean `secvec`?"]);
    refuses(&mut xtask(&["soak", "raw-queue"]), &["`raw-queue` has no examples/soak.rs"]);
    refuses(&mut xtask(&["soak", "secvec", "--seconds", "0"]), &["--seconds"]);
    refuses(&mut xtask(&["sanitize", "secvek"]), &["did you mean `secvec`?"]);
    refuses(&mut xtask(&["sanitize", "--sanitizer", "threads"]), &["thread", "address"]);
    refuses(&mut xtask(&["bench", "secvek"]), &["`secvek`", "did you mean `secvec`?"]);
    refuses(&mut xtask(&["exercise", "integer"]), &["`integer`", "there are: ", "integer-codec"]);
    refuses(&mut xtask(&["exercise", "integer-kodec"]), &["did you mean `integer-codec`?"]);
    refuses(&mut xtask(&["mirri"]), &["miri"]);
    refuses(&mut xtask(&["book", "sreve"]), &["serve"]);
    refuses(&mut xtask(&["miri", "--toolchain", "+nightly"]), &["looks like `nightly`"]);
}

#[test]
fn fuzzing_that_cannot_be_done() {
    let wide = ["fuzz", "integer-codec", "wide"];
    refuses(xtask(&wide).args(["--seconds", "0"]), &["--seconds"]);
    refuses(xtask(&wide).args(["--replay", "no-such-file"]), &["there is no file", "no-such-file"]);
    refuses(&mut xtask(&["fuzz", "--replay", "input"]), &["<TARGET>"]);
    refuses(xtask(&wide).args(["--toolchain", "+nightly"]), &["looks like `nightly`"]);
    let output = xtask(&["fuzz", "integer-codec", "--list"]).output().unwrap();
    assert!(output.status.success());
    assert!(text(&output).contains("integer-codec wide\n"), "{}", text(&output));
}

#[test]
fn flags_that_an_option_stands_for() {
    let with = |flags: &str| {
        let mut command = xtask(&["miri"]);
        command.env("MIRIFLAGS", flags);
        command
    };
    refuses(&mut with("-Zmiri-tree-borrows"), &["MIRIFLAGS", "--model tree"]);
    refuses(&mut with("-Zmiri-seed=4"), &["MIRIFLAGS", "--seeds"]);
    refuses(&mut with("-Zmiri-tag-raw-pointers"), &["MIRIFLAGS", "--explain-flags"]);
}

#[test]
fn the_history_of_the_flag_needs_no_miri() {
    let args = ["miri", "--explain-flags", "--toolchain", "no-such-toolchain"];
    let output = xtask(&args).output().unwrap();
    assert!(output.status.success());
    let text = text(&output);
    for part in [
        "before 2020-10-28  does not exist",
        "from 2020-10-28    -Zmiri-track-raw-pointers",
        "from 2021-11-13    -Zmiri-tag-raw-pointers",
        "from 2022-04-01    the same, or -Zmiri-strict-provenance",
        "from 2022-06-26    always on",
        "from 2024-03-02    always on; -Zmiri-tag-raw-pointers is an error",
        "No row is marked",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    assert!(!text.contains("->"), "{text}");
}

#[test]
fn every_command_has_help_with_an_example() {
    for args in [
        &["miri", "--help"][..],
        &["test", "--help"],
        &["loom", "--help"],
        &["fuzz", "--help"],
        &["soak", "--help"],
        &["sanitize", "--help"],
        &["bench", "--help"],
        &["exercise", "--help"],
        &["listings", "--help"],
        &["book", "--help"],
        &["doctor", "--help"],
    ] {
        let output = xtask(args).output().unwrap();
        assert!(output.status.success());
        let text = text(&output);
        assert!(text.contains("Example") && text.contains("cargo xtask "), "{args:?}:\n{text}");
    }
}

/// What happens where the toolchain cannot be installed.
#[cfg(unix)]
mod without_a_toolchain {
    use std::os::unix::fs::PermissionsExt;

    use super::{PathBuf, refuses, xtask};

    const INSTALL: &str = "rustup toolchain install nightly-1999-01-01 --profile minimal \
                           --component miri,rust-src";

    /// A folder with one script in it, or none, to stand first or alone in `PATH`.
    fn folder(name: &str, script: Option<&str>) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        if let Some(script) = script {
            let file = folder.join("rustup");
            std::fs::write(&file, script).unwrap();
            std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        }
        folder
    }

    #[test]
    fn a_rustup_that_fails() {
        let script = "#!/bin/sh\necho \"fake rustup: $*\" >&2\nexit 7\n";
        let path = std::env::var("PATH").unwrap();
        let folder = folder("failing-rustup", Some(script));
        let mut command = xtask(&["miri", "--toolchain", "nightly-1999-01-01"]);
        command.env("PATH", format!("{}:{path}", folder.display()));
        let message = refuses(&mut command, &[INSTALL, "fake rustup: toolchain install", "7"]);
        assert!(message.trim_end().ends_with(INSTALL), "the command comes last:\n{message}");
        assert!(!message.contains("0 failed"), "nothing ran, so nothing passed:\n{message}");
    }

    #[test]
    fn no_rustup_at_all() {
        let mut command = xtask(&["miri", "--toolchain", "nightly-1999-01-01"]);
        command.env("PATH", folder("no-rustup", None));
        refuses(&mut command, &["https://rustup.rs", INSTALL]);
    }

    #[test]
    fn a_rustup_that_says_yes_and_does_nothing() {
        let path = std::env::var("PATH").unwrap();
        let folder = folder("lazy-rustup", Some("#!/bin/sh\nexit 0\n"));
        let mut command = xtask(&["listings", "--toolchain", "nightly-1999-01-01"]);
        command.env("PATH", format!("{}:{path}", folder.display()));
        refuses(&mut command, &["was installed, and yet"]);
    }

    #[test]
    fn a_stable_toolchain_is_no_place_for_miri() {
        // Only where one is installed under that name.
        let stable = std::process::Command::new("rustc").args(["+stable", "--version"]).output();
        if stable.is_ok_and(|it| it.status.success()) {
            let mut command = xtask(&["miri", "--toolchain", "stable"]);
            refuses(&mut command, &["Miri comes with nightly", "--toolchain nightly"]);
        }
    }
}
