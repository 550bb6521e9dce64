//! Where the referee is: the Miri driver of a toolchain, and the sysroot it interprets.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A toolchain that has Miri.
pub(crate) struct Toolchain {
    /// The Miri driver, `bin/miri`.
    pub(crate) miri: PathBuf,
    /// The standard library, built for Miri.
    pub(crate) miri_sysroot: PathBuf,
    /// The toolchain's own folder.
    pub(crate) sysroot: PathBuf,
    /// What `miri --version` says: it has the commit and the date.
    pub(crate) version: String,
}

impl Toolchain {
    /// Ask rustup for the toolchain called `name` and cargo-miri for its sysroot.
    pub(crate) fn find(name: &str) -> Result<Self> {
        let plus = format!("+{name}");
        let sysroot = PathBuf::from(output("rustc", &[&plus, "--print", "sysroot"])?);
        let miri = sysroot.join("bin").join(format!("miri{}", std::env::consts::EXE_SUFFIX));
        if !miri.exists() {
            bail!(
                "the toolchain `{name}` has no Miri; to install it:\n  \
                 rustup toolchain install {name} --profile minimal --component miri,rust-src"
            );
        }
        let miri_sysroot = output("cargo", &[&plus, "miri", "setup", "--print-sysroot"])?.into();
        let version = output("rustc", &[&plus, "--version"])?;
        Ok(Self { miri, miri_sysroot, sysroot, version })
    }
}

fn output(program: &str, args: &[&str]) -> Result<String> {
    // Run by `cargo`, the environment names this build's own toolchain; `+name` must win.
    let out = Command::new(program)
        .args(args)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .output()
        .with_context(|| format!("cannot run `{program}`"))?;
    if !out.status.success() {
        bail!("`{program} {}`: {}", args.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8(out.stdout)?.trim().to_owned())
}
