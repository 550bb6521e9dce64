//! Tools that look for mistakes see into the arenas: each mistake of `tests/tools/planted.rs` is found by
//! each tool that knows of such mistakes, and the clean program passes.
//!
//! A test here runs programs that may not be installed. Where one is missing, its tests are ignored and
//! say what is missing, which the standard harness has no way to do: so this is a harness of its own.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

/// The allocators: that of a whole program, and those that are called by hand.
const ALLOCATORS: &[&str] = &["program", "first_fit", "slots", "tlsf", "thread_heap"];
/// A tool, and how it is found that a program is wrong.
struct Tool {
    name: &'static str,
    allocators: &'static [&'static str],
    /// What the planted program is compiled with, or what is missing.
    prepare: fn() -> Result<Planted, String>,
    /// Each mistake that the tool finds, with a part of what it says.
    mistakes: &'static [(&'static str, &'static str)],
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "miri_stacked_borrows",
        allocators: ALLOCATORS,
        prepare: || miri(""),
        mistakes: MIRI,
    },
    Tool {
        name: "miri_tree_borrows",
        allocators: ALLOCATORS,
        prepare: || miri("-Zmiri-tree-borrows"),
        mistakes: &[MIRI[0]],
    },
    Tool { name: "valgrind", allocators: ALLOCATORS, prepare: valgrind, mistakes: VALGRIND },
    Tool {
        name: "address_sanitizer",
        allocators: ALLOCATORS,
        prepare: address_sanitizer,
        mistakes: ADDRESS_SANITIZER,
    },
];

const MIRI: &[(&str, &str)] = &[
    ("read_after_free", "has been freed"),
    ("write_after_free", "has been freed"),
    ("write_after_reuse", "has been freed"),
    ("out_of_bounds", "beyond the end of the allocation of size 20 bytes"),
    ("stale_read", "uninitialized"),
    ("stale_read_of_gained_bytes", "uninitialized"),
    ("old_pointer_after_realloc", "has been freed"),
    ("leak", "memory leaked"),
    ("double_free", "has been freed"),
    ("wrong_layout", "incorrect layout"),
    ("wrong_layout_in_realloc", "incorrect layout"),
    ("foreign_block", "another heap"),
];

/// It knows of a block what its bytes mean, and nothing of layouts.
const VALGRIND: &[(&str, &str)] = &[
    ("read_after_free", "Invalid read of size 1"),
    ("write_after_free", "Invalid write of size 1"),
    ("out_of_bounds", "Invalid write of size 1"),
    ("stale_read", "depends on uninitialised value"),
    ("stale_read_of_gained_bytes", "depends on uninitialised value"),
    ("old_pointer_after_realloc", "Invalid read of size 1"),
    ("leak", "20 bytes in 1 blocks are definitely lost"),
    ("double_free", "Invalid free()"),
];

/// It knows which bytes may be touched, and nothing more.
const ADDRESS_SANITIZER: &[(&str, &str)] = &[
    ("read_after_free", "use-after-poison"),
    ("write_after_free", "use-after-poison"),
    // If the block behind is live, it has no name for what lies between them.
    ("out_of_bounds", "ERROR: AddressSanitizer: "),
    ("old_pointer_after_realloc", "use-after-poison"),
];

/// The planted program, ready to be run under a tool with two arguments.
struct Planted {
    command: Box<dyn Fn() -> Command>,
}

fn main() -> ExitCode {
    if cfg!(any(miri, loom)) || std::env::args().any(|argument| argument == "--list") {
        // Nothing that starts another program can run here, and no list has room for what is missing.
        return ExitCode::SUCCESS;
    }
    let filters: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|it| name.contains(it));
    let mut counts = [0, 0, 0];
    let mut failures = Vec::new();
    let named = |tool: &'static Tool| {
        let name = |allocator, mistake| format!("{}::{allocator}::{mistake}", tool.name);
        let tests = tool.tests().map(move |(allocator, mistake, phrase)| {
            (name(allocator, mistake), allocator, mistake, phrase)
        });
        tests.filter(|test| wanted(&test.0)).collect::<Vec<_>>()
    };
    println!("\nrunning {} tests", TOOLS.iter().map(|tool| named(tool).len()).sum::<usize>());
    for tool in TOOLS {
        let tests = named(tool);
        if tests.is_empty() {
            continue;
        }
        let planted = match (tool.prepare)() {
            Ok(planted) => planted,
            Err(missing) => {
                for (name, ..) in &tests {
                    println!("test {name} ... ignored, {missing}");
                }
                counts[2] += tests.len();
                continue;
            }
        };
        for (name, allocator, mistake, phrase) in tests {
            match judge(&planted.run(allocator, mistake), phrase) {
                Ok(()) => {
                    println!("test {name} ... ok");
                    counts[0] += 1;
                }
                Err(why) => {
                    println!("test {name} ... FAILED");
                    counts[1] += 1;
                    failures.push(format!("---- {name} ----\n{why}\n"));
                }
            }
        }
    }
    for failure in &failures {
        println!("\n{failure}");
    }
    let [passed, failed, ignored] = counts;
    let result = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {result}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
         0 filtered out; finished in 0.00s\n"
    );
    ExitCode::from(u8::from(failed != 0))
}

impl Tool {
    /// An allocator, a mistake and what must be said of it. `None`: nothing at all.
    fn tests(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<&'static str>)> {
        let mistakes = self.mistakes;
        self.allocators.iter().flat_map(move |&allocator| {
            let mistakes = mistakes.iter().map(move |&(mistake, phrase)| (mistake, Some(phrase)));
            let all = std::iter::once(("none", None)).chain(mistakes);
            all.map(move |(mistake, phrase)| (allocator, mistake, phrase))
        })
    }
}

impl Planted {
    fn run(&self, allocator: &str, mistake: &str) -> Output {
        (self.command)().args([allocator, mistake]).output().unwrap()
    }
}

/// Whether a tool said what it should, of the line where the mistake is.
fn judge(output: &Output, phrase: Option<&str>) -> Result<(), String> {
    let said = String::from_utf8_lossy(&output.stderr);
    let judged = match phrase {
        None if output.status.success() => Ok(()),
        None => Err("the clean program does not pass".to_owned()),
        Some(_) if output.status.success() => Err("the mistake was not found".to_owned()),
        Some(phrase) if !said.contains(phrase) => Err(format!("it does not say `{phrase}`")),
        Some(_) if !said.contains("planted.rs:") => Err("it does not say where".to_owned()),
        Some(_) => Ok(()),
    };
    judged.map_err(|why| format!("{why}:\n{said}"))
}

fn miri(model: &'static str) -> Result<Planted, String> {
    // Only what is there is used: nothing is installed by a test.
    if !succeeds(nightly("miri").arg("--version")) {
        return Err(
            "no Miri here: rustup component add --toolchain nightly miri rust-src".to_owned()
        );
    }
    Ok(Planted {
        command: Box::new(move || {
            let mut command = nightly("miri");
            command.args(["run", "--quiet", "--example", "planted"]).args(where_to_build("miri"));
            command.arg("--").env(
                "MIRIFLAGS",
                format!("-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check {model}"),
            );
            command
        }),
    })
}

fn valgrind() -> Result<Planted, String> {
    if !succeeds(Command::new("valgrind").arg("--version")) {
        return Err("no valgrind here: it is a package of most systems".to_owned());
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").args(["--features", "valgrind"]);
    // If these tests are compiled for a sanitizer, that program is not.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let program = build(&mut cargo, "valgrind", "");
    Ok(Planted {
        command: Box::new(move || {
            let mut command = Command::new("valgrind");
            command.args(["--quiet", "--error-exitcode=1", "--leak-check=full"]);
            // What the threads of the C library leave behind is only possibly lost.
            command.args(["--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"]);
            command.arg(&program);
            command
        }),
    })
}

fn address_sanitizer() -> Result<Planted, String> {
    let version = Command::new("rustup").args(["run", "nightly", "rustc", "-vV"]).output();
    let version = version.map_or(String::new(), |it| String::from_utf8(it.stdout).unwrap());
    let Some(host) = version.lines().find_map(|line| line.strip_prefix("host: ")) else {
        return Err("no nightly compiler here: rustup toolchain install nightly".to_owned());
    };
    let mut cargo = nightly("build");
    // With a target, build scripts are not instrumented.
    cargo.args(["--features", "asan", "--target", host]).env("RUSTFLAGS", "-Zsanitizer=address");
    let program = build(&mut cargo, "address-sanitizer", host);
    Ok(Planted { command: Box::new(move || Command::new(&program)) })
}

/// Build the planted program. Where it is.
fn build(cargo: &mut Command, tool: &str, target: &str) -> PathBuf {
    let [target_dir, folder, manifest, file] = where_to_build(tool);
    let program = folder.join(target).join("debug/examples/planted");
    cargo.args(["--quiet", "--example", "planted"]).args([target_dir, folder, manifest, file]);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// `cargo SUBCOMMAND` of the nightly toolchain, without what this run of cargo told its children.
fn nightly(subcommand: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", subcommand]);
    for variable in [
        "CARGO",
        "RUSTC",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
        "RUSTC_WRAPPER",
    ] {
        command.env_remove(variable);
    }
    command
}

fn where_to_build(tool: &str) -> [PathBuf; 4] {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(tool);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    ["--target-dir".into(), folder, "--manifest-path".into(), manifest]
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
