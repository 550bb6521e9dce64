//! What the book shows of the examples is what they print.
//!
//! `SHOWN=write cargo test -p raw-serialise --test shown` writes the files in `tests/shown` anew.
#![allow(clippy::unwrap_used)]

#[cfg(miri)]
#[test]
#[ignore = "Miri cannot start another program"]
fn the_examples_print_what_the_book_shows() {}

// The machine's byte order is part of what is shown.
#[cfg(all(not(miri), target_endian = "little"))]
#[test]
fn the_examples_print_what_the_book_shows() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("shown");
    std::fs::create_dir_all(&folder).unwrap();
    let [voyage, inspect] = shown::examples(["voyage", "inspect"]);
    shown::compare("voyage", &folder, &voyage, &["voyage.raw"]);
    shown::compare("schema", &folder, &voyage, &["voyage.raw", "schema"]);
    shown::compare("inspect", &folder, &inspect, &["voyage.raw", "--bytes", "96"]);
}

#[cfg(all(not(miri), target_endian = "little"))]
mod shown {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// The examples as programs.
    pub(super) fn examples<const N: usize>(names: [&str; N]) -> [PathBuf; N] {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--quiet", "--message-format=json", "--manifest-path"])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .args(names.iter().flat_map(|name| ["--example", name]))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        names.map(|name| {
            let mut messages = output.stdout.split(|&byte| byte == b'\n').filter_map(|line| {
                let message: serde_json::Value = serde_json::from_slice(line).ok()?;
                let file = message["executable"].as_str()?;
                (message["target"]["name"] == name).then(|| PathBuf::from(file))
            });
            messages.next().unwrap_or_else(|| panic!("no program was made of `{name}`"))
        })
    }

    pub(super) fn compare(name: &str, folder: &Path, program: &Path, arguments: &[&str]) {
        let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found = String::from_utf8(output.stdout).unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/shown/{name}.stdout"));
        if std::env::var_os("SHOWN").is_some_and(|it| it == "write") {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
        assert_eq!(found, expected, "{name} prints something else than {} has", file.display());
    }
}
