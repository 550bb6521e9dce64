//! Programs of the system that some tests run. A test whose program is not here is ignored, with the reason.

use std::path::PathBuf;

use crate::proc::Cmd;
use crate::progress::{Progress, seconds};

/// A program, and the package that Debian has it in.
const PROGRAMS: &[(&str, &str)] = &[
    ("gcc", "gcc"),
    ("g++", "g++"),
    ("objdump", "binutils"),
    ("git", "git"),
    ("python3", "python3"),
    ("sqlite3", "sqlite3"),
    ("redis-server", "redis-server"),
    ("redis-cli", "redis-tools"),
];

/// The packages of those that are not here.
pub(crate) fn missing() -> Vec<&'static str> {
    packages_without(|program| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder: PathBuf| folder.join(program).is_file())
    })
}

fn packages_without(is_here: impl Fn(&str) -> bool) -> Vec<&'static str> {
    PROGRAMS.iter().filter(|(program, _)| !is_here(program)).map(|(_, package)| *package).collect()
}

/// The command that installs packages.
pub(crate) fn install_command(packages: &[&str]) -> Cmd {
    apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages.iter().copied())
}

fn apt_get() -> Cmd {
    Cmd::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
}

/// Install what is missing, where that needs nobody's password; say so, or say what to type.
pub(crate) fn prepare(progress: &Progress) {
    let packages = missing();
    if packages.is_empty() {
        return;
    }
    let cmd = install_command(&packages);
    let names = packages.join(", ");
    let root = Cmd::new("id").arg("-u").read().is_ok_and(|it| it == "0");
    if !root || apt_get().arg("--version").read().is_err() {
        progress.say(&format!(
            "{names}: not here, and the tests that need them are skipped. As root, on Debian:\n  {}",
            cmd.show()
        ));
        return;
    }
    progress.say(&format!("{names}: not here; installing:\n  {}", cmd.show()));
    progress.now("installing programs that tests run");
    let done = cmd.run().ok().filter(|it| it.success).or_else(|| {
        // In a fresh container apt knows of no packages yet.
        let update = apt_get().arg("update");
        progress.say(&format!("again, after:\n  {}", update.show()));
        update.run().ok().filter(|it| it.success)?;
        cmd.run().ok().filter(|it| it.success)
    });
    match done {
        Some(done) => progress.say(&format!("installed, in {}", seconds(done.time))),
        None => progress.say("that failed, and the tests that need them are skipped"),
    }
}

#[cfg(test)]
mod tests {
    use super::{install_command, packages_without};

    #[test]
    fn only_what_is_missing_is_installed() {
        assert!(packages_without(|_| true).is_empty());
        let packages = packages_without(|program| !program.starts_with("redis"));
        assert_eq!(packages, ["redis-server", "redis-tools"]);
        let command = install_command(&packages).show();
        assert!(command.ends_with("install -y --no-install-recommends redis-server redis-tools"));
    }
}
