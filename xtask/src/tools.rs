//! Programs of others, each in the one version that we are written for, installed once under
//! `target/tools`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::proc::Cmd;
use crate::progress::{Progress, seconds};
use crate::workspace::Workspace;

/// A program from crates.io.
#[derive(Debug)]
pub(crate) struct Tool {
    /// What people call it.
    pub(crate) title: &'static str,
    /// What crates.io calls it, and its program.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// How long it takes to install, in words.
    pub(crate) takes: &'static str,
}

/// The mdBook that the book is written for.
pub(crate) const MDBOOK: Tool =
    Tool { title: "mdBook", name: "mdbook", version: "0.5.4", takes: "about two minutes" };

/// What builds fuzz targets.
pub(crate) const CARGO_FUZZ: Tool =
    Tool { title: "cargo-fuzz", name: "cargo-fuzz", version: "0.13.2", takes: "about a minute" };

impl Tool {
    /// The program, if this version is installed here or already in `PATH`.
    pub(crate) fn installed(&self, workspace: &Workspace) -> Option<PathBuf> {
        let file = format!("{}{}", self.name, std::env::consts::EXE_SUFFIX);
        let ours = workspace.tools().join("bin").join(file);
        [ours, PathBuf::from(self.name)].into_iter().find(|it| {
            let version = Cmd::new(&it.to_string_lossy()).arg("--version").read();
            version.is_ok_and(|it| self.is_version(&it))
        })
    }

    /// `mdbook v0.5.4`, `cargo-fuzz 0.13.2`.
    fn is_version(&self, text: &str) -> bool {
        let version = text.strip_prefix(self.name).map(str::trim_start);
        version.is_some_and(|it| it.strip_prefix('v').unwrap_or(it) == self.version)
    }

    /// The command that installs it.
    pub(crate) fn install_command(&self, workspace: &Workspace) -> Cmd {
        let tools = workspace.tools();
        Cmd::cargo()
            .args(["install", self.name, "--version", self.version, "--locked", "--root"])
            .arg(workspace.short(&tools))
    }

    /// The program; it is installed, and shown, if it is not here.
    pub(crate) fn find_or_install(
        &self,
        workspace: &Workspace,
        progress: &Progress,
    ) -> Result<PathBuf> {
        if let Some(found) = self.installed(workspace) {
            return Ok(found);
        }
        let Self { title, version, takes, .. } = self;
        let cmd = self.install_command(workspace);
        progress.say(&format!(
            "{title} {version} is not here; installing it once, in {takes}:\n  {}",
            cmd.show()
        ));
        let mut crates = 0;
        let finished = cmd.follow(None, |line| {
            if line.trim_start().starts_with("Compiling") {
                crates += 1;
                progress.now(&format!("installing {title}: {crates} crates"));
            }
        })?;
        if !finished.success {
            bail!("`{}` failed ({}):\n{}", cmd.show(), finished.how, finished.output.trim());
        }
        progress.say(&format!("{title} {version} is installed, in {}", seconds(finished.time)));
        self.installed(workspace)
            .with_context(|| format!("{title} was installed, and yet it does not run"))
    }
}

#[cfg(test)]
mod tests {
    use super::{CARGO_FUZZ, MDBOOK};

    #[test]
    fn only_the_pinned_version_will_do() {
        assert!(MDBOOK.is_version(&format!("mdbook v{}", MDBOOK.version)));
        assert!(CARGO_FUZZ.is_version(&format!("cargo-fuzz {}", CARGO_FUZZ.version)));
        assert!(!MDBOOK.is_version("mdbook v0.4.0"));
        assert!(!CARGO_FUZZ.is_version(&format!("cargo-fuzz {}0", CARGO_FUZZ.version)));
        assert!(!CARGO_FUZZ.is_version("error: no such command"));
    }
}
