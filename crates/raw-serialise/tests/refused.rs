//! What must not compile, and what the compiler says of it.
//!
//! Each file in `tests/refused` is compiled twice: as `refused`, with the misuse that its name says, and as
//! `twin`, without it. The one must give the errors that are marked in it and no others, and the other
//! none.
#![allow(clippy::unwrap_used)]

#[cfg(miri)]
#[test]
#[ignore = "Miri interprets programs; these are none, and it cannot start a compiler"]
fn what_must_not_compile_does_not() {}

#[cfg(not(miri))]
#[test]
fn what_must_not_compile_does_not() {
    refused::run();
}

#[cfg(not(miri))]
mod refused {
    use std::collections::BTreeSet;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use ui_test::custom_flags::edition::Edition;
    use ui_test::custom_flags::rustfix::RustfixMode;
    use ui_test::spanned::Spanned;
    use ui_test::{Config, default_file_filter, ignore_output_conflict, status_emitter};

    pub(super) fn run() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
        let mut config = Config {
            out_dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused"),
            // The wording of the compiler is its own; the errors that are marked are ours.
            output_conflict_handling: ignore_output_conflict,
            ..Config::rustc(root)
        };
        config.program.args.extend(arguments());
        let base = config.comment_defaults.base();
        base.set_custom("edition", Edition("2024".to_owned()));
        base.set_custom("rustfix", RustfixMode::Disabled);
        base.exit_status = Spanned::dummy(1).into();
        let outcome = ui_test::run_tests_generic(
            vec![config],
            // Files that others use stand in folders called `auxiliary`.
            |path, config| {
                default_file_filter(path, config)
                    .map(|it| it && !path.iter().any(|it| it == "auxiliary"))
            },
            |_, _| {},
            status_emitter::Text::quiet(),
        );
        // What is wrong was printed; a backtrace of this function would only hide it.
        assert!(outcome.is_ok(), "see the files above");
    }

    /// What tells the compiler where this crate is, with the features that this test has.
    fn arguments() -> Vec<OsString> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(["build", "--quiet", "--lib", "--message-format=json", "--no-default-features"])
            .arg("--features=std,derive")
            .arg("--manifest-path")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

        let (mut library, mut folders) = (None, BTreeSet::new());
        for line in output.stdout.split(|&byte| byte == b'\n') {
            let Ok(message) = serde_json::from_slice::<serde_json::Value>(line) else {
                continue;
            };
            for file in message["filenames"].as_array().into_iter().flatten() {
                let file = PathBuf::from(file.as_str().unwrap());
                folders.insert(file.parent().unwrap().to_owned());
                if message["target"]["name"] == "raw_serialise"
                    && file.extension().unwrap() == "rlib"
                {
                    library = Some(file);
                }
            }
        }
        let mut library_flag = OsString::from("raw_serialise=");
        library_flag.push(library.unwrap());
        let mut arguments = vec!["--extern".into(), library_flag];
        for folder in folders {
            let mut flag = OsString::from("-Ldependency=");
            flag.push(folder);
            // Cargo also puts the library beside the folder of those that it needs.
            let mut deps = flag.clone();
            deps.push("/deps");
            arguments.extend([flag, deps]);
        }
        arguments
    }
}
