//! Everything that must be there before the first test can run.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::date::Date;
use crate::miri::flags::{self, Choice, Model};
use crate::proc::Cmd;
use crate::progress::Progress;
use crate::suggest::did_you_mean;
use crate::toolchain::{Toolchain, set_up};

/// `cargo miri nextest` works since then.
const NEXTEST_FROM: Date = Date::new(2022, 7, 20);

/// A Miri that is ready, and how to talk to it.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) toolchain: Toolchain,
    pub(crate) choice: Choice,
    /// Whether nextest runs the tests, or the standard harness.
    pub(crate) nextest: bool,
}

/// Find or install the toolchain, choose its flags and build the standard library for `target`,
/// which is kept in `sysroots` where it would get in the way of another toolchain's.
pub(crate) fn ready(
    name: &str,
    models: &[Model],
    target: Option<&str>,
    sysroots: &Path,
    progress: &Progress,
) -> Result<Ready> {
    let mut toolchain = set_up(name, progress)?;
    toolchain.keep_sysroot_in(sysroots);
    let choice = flags::choose(toolchain.date, |flag| toolchain.accepts(flag))?;
    for &model in models {
        flags::check_model(toolchain.date, model, |flag| toolchain.accepts(flag))?;
    }
    let mut setup = toolchain.cargo().args(["miri", "setup"]);
    if let Some(target) = target {
        check_target(&toolchain, target)?;
        setup = setup.args(["--target", target]);
    }
    progress.now("preparing the standard library for Miri, about 20 s the first time");
    let built = setup.run()?;
    if !built.success {
        bail!("`{}` failed ({}):\n{}", setup.show(), built.how, built.output.trim());
    }
    let nextest = toolchain.date >= NEXTEST_FROM
        && toolchain.cargo().args(["nextest", "--version"]).read().is_ok();
    progress.clear();
    Ok(Ready { toolchain, choice, nextest })
}

fn check_target(toolchain: &Toolchain, target: &str) -> Result<()> {
    let rustc = Cmd::of_toolchain("rustc", &toolchain.name);
    let list = rustc.args(["--print", "target-list"]).read().context("cannot list the targets")?;
    if list.lines().any(|it| it == target) {
        return Ok(());
    }
    let known: Vec<&str> = list.lines().collect();
    let hint = match did_you_mean(target, &known) {
        hint if hint.contains("did you mean") => hint,
        // All three hundred would help nobody.
        _ => "; `s390x-unknown-linux-gnu` is one, `rustc --print target-list` has all".to_owned(),
    };
    bail!("no target is called `{target}`{hint}")
}
