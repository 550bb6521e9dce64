//! `cargo xtask doctor`: which tools are here, and the command for each that is not.

use anyhow::Result;
use clap::Args;

use crate::proc::Cmd;
use crate::programs;
use crate::table::{Side, layout};
use crate::toolchain::{Toolchain, add_command, install_command};
use crate::tools::{CARGO_FUZZ, MDBOOK, Tool};
use crate::workspace::Workspace;

/// The options of `cargo xtask doctor`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The toolchain whose Miri is used
    #[arg(long, value_name = "NAME", default_value = "nightly")]
    toolchain: String,
}

/// One tool.
struct Finding {
    what: &'static str,
    /// What is here; `Err` has the command that brings it.
    state: Result<String, String>,
    needed_for: &'static str,
    optional: bool,
}

/// Run the command. True if nothing is missing that is needed.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let findings = examine(&Workspace::enter()?, &options.toolchain);
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|it| {
            let (mark, state) = match (&it.state, it.optional) {
                (Ok(state), _) => ("ok", state.clone()),
                (Err(_), true) => ("-", "not here, and not needed".to_owned()),
                (Err(_), false) => ("MISSING", "not here".to_owned()),
            };
            vec![it.what.to_owned(), mark.to_owned(), state, it.needed_for.to_owned()]
        })
        .collect();
    let heading =
        [("tool", Side::Left), ("", Side::Left), ("here", Side::Left), ("for", Side::Left)];
    print!("{}", layout(&heading, &rows));
    for it in &findings {
        if let Err(command) = &it.state {
            println!("\n{}{}:\n  {command}", it.what, if it.optional { " (optional)" } else { "" });
        }
    }
    println!(
        "\nOther platforms under Miri need nothing more: `cargo xtask miri --target \
         s390x-unknown-linux-gnu` builds its standard library from rust-src.\n\
         What is missing is also installed by the command that needs it."
    );
    Ok(findings.iter().all(|it| it.optional || it.state.is_ok()))
}

fn examine(workspace: &Workspace, name: &str) -> Vec<Finding> {
    let version = |cmd: Cmd| cmd.read().ok().and_then(|it| it.lines().next().map(str::to_owned));
    let toolchain = Toolchain::find(name).ok().flatten();
    let missing = toolchain.as_ref().map(Toolchain::missing);
    let component = |what| match (&missing, &toolchain) {
        (Some(missing), Some(toolchain)) if !missing.contains(&what) => {
            Ok(if what == "miri" { toolchain.date.to_string() } else { "yes".to_owned() })
        }
        (Some(_), _) => Err(add_command(name, &[what]).show()),
        (None, _) => Err(install_command(name).show()),
    };
    let installs = |command: &str| command.to_owned();
    let find = |cmd: Cmd, install: &str| version(cmd).ok_or_else(|| installs(install));
    let component_of_stable = |args: [&str; 2], name: &str| {
        find(Cmd::cargo().args(args), &format!("rustup component add {name}"))
    };
    let pinned = |tool: &Tool| match tool.installed(workspace) {
        Some(_) => Ok(tool.version.to_owned()),
        None => Err(tool.install_command(workspace).show()),
    };
    let needed = |what, needed_for, state| Finding { what, state, needed_for, optional: false };
    vec![
        needed(
            "rustup",
            "toolchains",
            find(Cmd::new("rustup").arg("--version"), "see https://rustup.rs"),
        ),
        needed(
            "cargo",
            "everything",
            find(Cmd::cargo().arg("--version"), "rustup toolchain install stable"),
        ),
        needed("rustfmt", "test", component_of_stable(["fmt", "--version"], "rustfmt")),
        needed("clippy", "test", component_of_stable(["clippy", "--version"], "clippy")),
        needed(
            "nightly",
            "miri, listings, fuzz, sanitize",
            toolchain
                .as_ref()
                .map(|it| it.version.clone())
                .ok_or_else(|| install_command(name).show()),
        ),
        needed("miri", "miri, listings", component("miri")),
        needed("rust-src", "miri, listings, sanitize", component("rust-src")),
        needed(MDBOOK.name, "book", pinned(&MDBOOK)),
        Finding { optional: true, ..needed(CARGO_FUZZ.name, "fuzz", pinned(&CARGO_FUZZ)) },
        Finding {
            what: "nextest",
            state: find(
                Cmd::cargo().args(["nextest", "--version"]),
                "cargo install cargo-nextest --locked",
            ),
            needed_for: "miri, each test by itself",
            optional: true,
        },
        Finding {
            what: "programs of the system",
            state: match programs::missing() {
                missing if missing.is_empty() => Ok("all".to_owned()),
                missing => Err(programs::install_command(&missing).show()),
            },
            needed_for: "test, of allocator-preload",
            optional: true,
        },
    ]
}
