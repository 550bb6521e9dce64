//! The shared library, and programs that are run with it and without.
// Not every test binary uses all of it.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The shared library, built as users build it.
pub(crate) fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| build(scratch().parent().unwrap(), ""))
}

/// The shared library with the feature `hardening`.
pub(crate) fn hardened_library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| build(&scratch().join("hardening"), "hardening"))
}

fn build(target_dir: &Path, features: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--message-format=json", "--features", features])
        .arg("--target-dir")
        .arg(target_dir)
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo cannot build the library");
    let messages = String::from_utf8(output.stdout).unwrap();
    let file = messages.split('"').find(|it| it.ends_with("/liballocator_preload.so"));
    PathBuf::from(file.expect("cargo names the library that it built"))
}

/// The folder that cargo has for tests.
fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// An empty folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = scratch().join("allocator-preload").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file of the tests.
pub(crate) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Compile a C or C++ program into `folder`.
pub(crate) fn compile(folder: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let compiler = if name.ends_with(".cpp") { "g++" } else { "gcc" };
    let program = folder.join(name).with_extension("");
    let mut command = Command::new(compiler);
    command.args(["-O1", "-g", "-Wall", "-fno-builtin", "-pthread"]).arg(source("c").join(name));
    let output = command.args(flags).arg("-o").arg(&program).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    program
}

/// Make `command` run on the library. The dynamic linker writes a file for each process about what it bound to
/// what, into `log`.
pub(crate) fn preload(command: &mut Command, log: &Path) {
    fs::create_dir_all(log).unwrap();
    command.env("LD_PRELOAD", library());
    command.env("LD_DEBUG", "bindings").env("LD_DEBUG_OUTPUT", log.join("process"));
}

/// The library was in use: everybody who called `malloc` or its like in a process that wrote to `log` called
/// the library's, and each of `programs` did.
pub(crate) fn check_log(log: &Path, programs: &[&str]) {
    let ours = library().to_str().unwrap();
    let mut callers = Vec::new();
    for file in fs::read_dir(log).unwrap() {
        for line in text(&fs::read(file.unwrap().path()).unwrap()).lines() {
            let Some((caller, called, symbol)) = binding(line) else { continue };
            if ["malloc", "calloc", "realloc", "free"].contains(&symbol) {
                // A program that takes the address of a function gives the others a jump to it.
                assert!(called == ours || !called.contains(".so"), "{line}");
                if called == ours {
                    callers.push(Path::new(caller).file_name().unwrap().to_owned());
                }
            }
        }
    }
    for program in programs {
        assert!(callers.iter().any(|it| it == program), "{program} did not run on the library");
    }
}

/// ``binding file CALLER [0] to CALLED [0]: normal symbol `SYMBOL'``
fn binding(line: &str) -> Option<(&str, &str, &str)> {
    let (_, binding) = line.split_once("binding file ")?;
    let (caller, rest) = binding.split_once(" [0] to ")?;
    let (called, rest) = rest.split_once(" [0]: normal symbol `")?;
    Some((caller, called, rest.split_once('\'')?.0))
}

/// Run a program on the library; it must end well. What it wrote to its standard output.
pub(crate) fn run_on_library(name: &str, program: &Path, args: &[&str]) -> String {
    let log = folder(&format!("{name}/log"));
    let mut command = Command::new(program);
    preload(command.args(args), &log);
    let output = command.output().unwrap();
    check_ended_well(&output);
    check_log(&log, &[program.file_name().unwrap().to_str().unwrap()]);
    text(&output.stdout)
}

/// Run a command without the library and with it, each in a folder of its own: it must end well, and write the
/// same. `programs` are all that must have run on the library.
pub(crate) fn same_with_and_without(
    name: &str,
    programs: &[&str],
    command: impl Fn() -> Command,
) -> [PathBuf; 2] {
    let folders = ["without", "with"].map(|it| folder(&format!("{name}/{it}")));
    let log = folder(&format!("{name}/log"));
    let outputs = [false, true].map(|with| {
        let mut command = command();
        command.current_dir(&folders[usize::from(with)]);
        if with {
            preload(&mut command, &log);
        }
        let output = command.output().unwrap();
        check_ended_well(&output);
        [text(&output.stdout), text(&output.stderr)]
    });
    assert!(!outputs[0][0].is_empty(), "it says nothing");
    assert_eq!(outputs[0], outputs[1]);
    check_log(&log, programs);
    folders
}

pub(crate) fn check_ended_well(output: &Output) {
    let [out, err] = [&output.stdout, &output.stderr].map(|it| text(it));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
