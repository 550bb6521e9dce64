//! What a crate asks of Miri, in `[package.metadata.miri]` of its `Cargo.toml`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::miri::flags;
use crate::miri::seeds::Seeds;
use crate::suggest::did_you_mean;
use crate::workspace::Package;

/// One crate's wishes.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Config {
    /// The seeds to run by default.
    pub(crate) seeds: Seeds,
    /// Flags of its own; the reason of each stands beside it.
    pub(crate) flags: Vec<String>,
    /// Features to switch on.
    pub(crate) features: Vec<String>,
    /// The test programs that run with every seed; the rest runs with the first one only.
    /// `None`: all of them run with every seed.
    pub(crate) seeded_tests: Option<Vec<String>>,
    /// Instructions beyond the baseline, for each architecture: Miri's processor has those that the
    /// program was compiled for and no others.
    pub(crate) target_features: BTreeMap<String, Vec<String>>,
    /// Flags for the compiler, such as one that lays out structs in another way.
    pub(crate) rustflags: Vec<String>,
}

const KEYS: &[&str] =
    &["seeds", "flags", "features", "seeded_tests", "target_features", "rustflags"];

impl Config {
    /// The flags for rustc, with the one that adds the instructions if there are any for this
    /// target; no target means this machine.
    pub(crate) fn rustflags(&self, target: Option<&str>) -> Option<String> {
        let arch = target
            .map_or(std::env::consts::ARCH, |triple| triple.split('-').next().unwrap_or(triple));
        let features = self.target_features.get(arch).filter(|it| !it.is_empty());
        let features = features.map(|it| format!("-Ctarget-feature=+{}", it.join(",+")));
        let flags: Vec<_> = self.rustflags.iter().cloned().chain(features).collect();
        (!flags.is_empty()).then(|| flags.join(" "))
    }

    /// Read the table of `package`. A key that is not known is an error, since it would do nothing.
    pub(crate) fn of(package: &Package) -> Result<Self> {
        let Some(table) = package.metadata("miri") else { return Ok(Self::default()) };
        Self::read(table, package).with_context(|| {
            format!("in [package.metadata.miri] of the Cargo.toml of `{}`", package.name)
        })
    }

    fn read(table: &Value, package: &Package) -> Result<Self> {
        let Some(table) = table.as_object() else {
            bail!("this is a table: `seeds = \"0..1\"` ..")
        };
        let mut config = Self::default();
        for (key, value) in table {
            match key.as_str() {
                "seeds" => {
                    let text = value.as_str().context("`seeds` is a text like \"0..16\"")?;
                    config.seeds = text.parse().with_context(|| format!("seeds = \"{text}\""))?;
                }
                "flags" => {
                    config.flags = words(key, value)?;
                    flags::check_extra(&config.flags.join(" "), "`flags`")?;
                }
                "features" => config.features = words(key, value)?,
                "rustflags" => config.rustflags = words(key, value)?,
                "seeded_tests" => {
                    let tests = words(key, value)?;
                    let known = package.test_targets();
                    for test in &tests {
                        if !known.contains(&test.as_str()) {
                            let hint = did_you_mean(test, &known);
                            bail!(
                                "`seeded_tests` names `{test}`, which is no file in tests/{hint}"
                            );
                        }
                    }
                    config.seeded_tests = Some(tests);
                }
                "target_features" => {
                    let table = value
                        .as_object()
                        .context("`target_features` is a table: `x86_64 = [\"avx2\"]` ..")?;
                    for (arch, list) in table {
                        config.target_features.insert(arch.clone(), words(arch, list)?);
                    }
                }
                _ => bail!("`{key}` is not known here{}", did_you_mean(key, KEYS)),
            }
        }
        Ok(config)
    }
}

fn words(key: &str, value: &Value) -> Result<Vec<String>> {
    let list = value.as_array().and_then(|list| {
        list.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    list.with_context(|| format!("`{key}` is a list of texts, like [\"one\", \"two\"]"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Config;
    use crate::workspace::Package;

    fn read(miri: Value) -> Result<Config, String> {
        let package = Package::example("secvec", &["threads", "model"], json!({ "miri": miri }));
        Config::of(&package).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn everything_can_be_said() {
        let config = read(json!({
            "seeds": "0..16", "flags": ["-Zmiri-x"], "features": ["std"], "seeded_tests": ["threads"],
            "target_features": { "riscv64gc": ["v", "zbb"] }, "rustflags": ["-Zx"]
        }));
        let config = config.unwrap();
        assert_eq!(config.seeds.to_string(), "0..16");
        assert_eq!(config.flags, ["-Zmiri-x"]);
        assert_eq!(config.features, ["std"]);
        assert_eq!(config.seeded_tests, Some(vec!["threads".to_owned()]));
        let flags = config.rustflags(Some("riscv64gc-unknown-linux-gnu"));
        assert_eq!(flags.as_deref(), Some("-Zx -Ctarget-feature=+v,+zbb"));
        let flags = config.rustflags(Some("s390x-unknown-linux-gnu"));
        assert_eq!(flags.as_deref(), Some("-Zx"));
        assert_eq!(Config::default().rustflags(None), None);
    }

    #[test]
    fn nothing_need_be_said() {
        let package = Package::example("a", &[], json!(null));
        assert_eq!(Config::of(&package).unwrap(), Config::default());
        assert_eq!(read(json!({})).unwrap(), Config::default());
    }

    #[test]
    fn what_is_wrong_is_an_error_that_names_the_crate_and_what_is_right() {
        for (table, part) in [
            (json!({ "seed": "0..1" }), "did you mean `seeds`?"),
            (
                json!({ "speed": 1 }),
                "there are: seeds, flags, features, seeded_tests, target_features, rustflags",
            ),
            (json!({ "seeds": "1..0" }), "the smaller number comes first"),
            (json!({ "seeds": 4 }), "a text like"),
            (json!({ "flags": "-Zmiri-x" }), "a list of texts"),
            (json!({ "flags": ["-Zmiri-seed=1"] }), "--seeds"),
            (json!({ "seeded_tests": ["thread"] }), "did you mean `threads`?"),
            (json!({ "target_features": ["avx2"] }), "`target_features` is a table"),
            (json!("0..1"), "this is a table"),
        ] {
            let error = read(table.clone()).unwrap_err();
            assert!(error.contains(part) && error.contains("`secvec`"), "{table}: {error}");
        }
    }
}
