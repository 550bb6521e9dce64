//! The nightly toolchain whose Miri or fuzzer is used: found, or installed with the command that is shown.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::date::Date;
use crate::proc::Cmd;
use crate::progress::Progress;

/// A toolchain that is installed.
#[derive(Clone, Debug)]
pub(crate) struct Toolchain {
    /// What rustup calls it: `nightly`, `nightly-2026-05-20`.
    pub(crate) name: String,
    /// What `rustc --version` says.
    pub(crate) version: String,
    /// The date of its Miri, or of its compiler where Miri is not (yet) there.
    pub(crate) date: Date,
    /// The platform that it runs on.
    pub(crate) host: String,
    sysroot: PathBuf,
    /// Where its standard library for Miri is put, if not at Miri's own place.
    miri_sysroot: Option<PathBuf>,
}

impl Toolchain {
    /// Look for an installed toolchain. `None`: there is none of this name.
    pub(crate) fn find(name: &str) -> Result<Option<Self>> {
        let rustc = Cmd::of_toolchain("rustc", name);
        let Ok(verbose) = rustc.clone().args(["--version", "--verbose"]).read() else {
            return Ok(None);
        };
        let field = |key: &str| {
            let line = verbose.lines().find_map(|line| line.strip_prefix(key));
            line.map(str::trim).with_context(|| format!("`rustc +{name}` gives no `{key}`"))
        };
        if !field("release:")?.contains("nightly") {
            bail!(
                "`{name}` is Rust {}, and Miri comes with nightly toolchains only, as the \
                 instrumentation for fuzzing does; try `--toolchain nightly`",
                field("release:")?
            );
        }
        let mut toolchain = Self {
            name: name.to_owned(),
            version: verbose.lines().next().unwrap_or_default().to_owned(),
            date: field("commit-date:")?.parse()?,
            host: field("host:")?.to_owned(),
            sysroot: rustc.args(["--print", "sysroot"]).read()?.into(),
            miri_sysroot: None,
        };
        // Miri's own commit may be older than the compiler's: what counts for its flags is its own.
        if let Some(date) = toolchain.miri_date() {
            toolchain.date = date;
        }
        Ok(Some(toolchain))
    }

    fn miri_date(&self) -> Option<Date> {
        if !self.program("cargo-miri").exists() {
            return None;
        }
        let version = self.cargo().args(["miri", "--version"]).read().ok()?;
        date_of_version(&version)
    }

    /// Its cargo.
    pub(crate) fn cargo(&self) -> Cmd {
        let cargo = Cmd::of_toolchain("cargo", &self.name);
        match &self.miri_sysroot {
            Some(folder) => cargo.silent_env("MIRI_SYSROOT", folder.clone()),
            None => cargo,
        }
    }

    /// Keep its standard library for Miri in a folder of `target`.
    ///
    /// Miri has one place for all toolchains and builds it anew whenever they change, which takes
    /// time and goes wrong when two of them are at work. The ordinary nightly keeps that place.
    pub(crate) fn keep_sysroot_in(&mut self, target: &Path) {
        if self.name != "nightly" {
            self.miri_sysroot = Some(target.join(&self.name));
        }
    }

    fn program(&self, name: &str) -> PathBuf {
        self.sysroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The components that Miri needs and that are not here.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if !self.program("miri").exists() || !self.program("cargo-miri").exists() {
            missing.push("miri");
        }
        if !self.sysroot.join("lib/rustlib/src/rust/library/std").exists() {
            missing.push("rust-src");
        }
        missing
    }

    /// Whether the Miri driver knows a flag. It says so before it looks for a program to run.
    pub(crate) fn accepts(&self, flag: &str) -> bool {
        let run = Cmd::new(&self.program("miri").to_string_lossy())
            .arg("--sysroot")
            .arg(self.sysroot.to_string_lossy())
            .args([flag, "no-such-file.rs"])
            .run();
        // Later "unknown unstable option", once "unknown debugging option".
        !run.is_ok_and(|it| it.output.contains("error: unknown ") && it.output.contains(" option"))
    }
}

/// The date in `miri 0.1.0 (e50aa6fba4 2026-05-19)`.
fn date_of_version(version: &str) -> Option<Date> {
    let inside = version.rsplit_once('(')?.1.split_once(')')?.0;
    inside.split_whitespace().last()?.parse().ok()
}

/// The command that installs a toolchain with Miri.
pub(crate) fn install_command(name: &str) -> Cmd {
    Cmd::new("rustup")
        .args(["toolchain", "install", name, "--profile", "minimal"])
        .args(["--component", "miri,rust-src"])
}

/// The command that adds Miri to a toolchain that is there.
pub(crate) fn add_command(name: &str, missing: &[&str]) -> Cmd {
    let add = Cmd::new("rustup").args(["component", "add", "--toolchain", name]);
    add.args(missing.iter().copied())
}

/// The nightly toolchain `name`; it is installed, and shown, if it is not here.
pub(crate) fn find_or_install(name: &str, progress: &Progress) -> Result<Toolchain> {
    if name.is_empty() || name.starts_with(['-', '+']) {
        bail!("`{name}` is no toolchain's name; one looks like `nightly` or `nightly-2026-05-20`");
    }
    if let Some(toolchain) = Toolchain::find(name)? {
        return Ok(toolchain);
    }
    let why = format!("there is no toolchain `{name}` here");
    install(&install_command(name), &why, progress)?;
    Toolchain::find(name)?
        .with_context(|| format!("`{name}` was installed, and yet `rustc +{name} --version` fails"))
}

/// The toolchain `name` with Miri and its sources; what is missing is installed, and shown.
pub(crate) fn set_up(name: &str, progress: &Progress) -> Result<Toolchain> {
    let toolchain = find_or_install(name, progress)?;
    let missing = toolchain.missing();
    if missing.is_empty() {
        return Ok(toolchain);
    }
    let command = add_command(name, &missing);
    let why = format!("the toolchain `{name}` has no {}", missing.join(" and no "));
    if let Err(error) = install(&command, &why, progress) {
        return Err(error.context(
            "this nightly may have been built without Miri; another one can be named with \
             `--toolchain nightly-YYYY-MM-DD`",
        ));
    }
    match Toolchain::find(name)? {
        Some(toolchain) if toolchain.missing().is_empty() => Ok(toolchain),
        _ => bail!("`{}` ended well, and yet Miri is not there", command.show()),
    }
}

fn install(command: &Cmd, why: &str, progress: &Progress) -> Result<()> {
    progress.say(&format!("{why}; installing:\n  {}", command.show()));
    let Ok(status) = command.watch() else {
        bail!(
            "{why}, and there is no rustup to install it\n\
             Miri comes with nightly toolchains. Get rustup from https://rustup.rs, then type:\n  {}",
            command.show()
        );
    };
    if !status.success() {
        bail!("{why}, and installing it failed ({status}); the command was:\n  {}", command.show());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{add_command, date_of_version, install_command};
    use crate::date::Date;

    #[test]
    fn the_date_of_miri_is_read_from_its_version() {
        let new = date_of_version("miri 0.1.0 (e50aa6fba4 2026-05-19)");
        assert_eq!(new, Some(Date::new(2026, 5, 19)));
        let old = date_of_version("miri 0.1.0 (b938529 2022-07-25)");
        assert_eq!(old, Some(Date::new(2022, 7, 25)));
        assert_eq!(date_of_version("miri 0.1.0"), None);
        assert_eq!(date_of_version("miri 0.1.0 (unknown)"), None);
    }

    #[test]
    fn the_commands_are_the_ones_to_type() {
        assert_eq!(
            install_command("nightly").show(),
            "rustup toolchain install nightly --profile minimal --component miri,rust-src"
        );
        assert_eq!(
            add_command("nightly", &["miri", "rust-src"]).show(),
            "rustup component add --toolchain nightly miri rust-src"
        );
    }
}
