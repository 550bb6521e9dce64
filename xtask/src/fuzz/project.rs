//! The fuzz targets of a crate: the package `crates/CRATE/fuzz`, and what it asks for.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::suggest::did_you_mean;
use crate::workspace::{Package, Workspace};

/// The fuzz package of one crate.
#[derive(Debug)]
pub(crate) struct Project {
    /// The crate that is fuzzed.
    pub(crate) krate: String,
    pub(crate) folder: PathBuf,
    targets: Vec<String>,
    config: Config,
}

/// What the package asks for, in `[package.metadata.fuzz]`.
#[derive(Debug, Default, PartialEq)]
struct Config {
    /// Targets that reach no unsafe code.
    without_sanitizer: Vec<String>,
    /// The longest input worth trying, in bytes, of some targets.
    max_len: Vec<(String, u64)>,
}

/// One target to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) project: &'a Project,
    pub(crate) name: &'a str,
}

impl Project {
    /// The fuzz packages of all crates, or of the one that is named.
    pub(crate) fn find(workspace: &Workspace, krate: Option<&str>) -> Result<Vec<Self>> {
        let names: Vec<String> = krate.iter().map(|&it| it.to_owned()).collect();
        let mut projects = Vec::new();
        for package in Workspace::choose(workspace.libraries(), &names)? {
            let folder = package.folder().join("fuzz");
            let manifest = folder.join("Cargo.toml");
            if manifest.exists() {
                let fuzz = Workspace::package_of(&manifest)?;
                projects.push(Self::new(&package.name, folder, &fuzz)?);
            } else if krate.is_some() {
                bail!(
                    "`{}` has no {}: it reads no bytes, or nobody has written targets for it yet",
                    package.name,
                    workspace.short(&manifest)
                );
            }
        }
        if projects.is_empty() {
            bail!("no crate has a fuzz/Cargo.toml");
        }
        Ok(projects)
    }

    fn new(krate: &str, folder: PathBuf, fuzz: &Package) -> Result<Self> {
        let targets: Vec<String> = fuzz.targets_of("bin").into_iter().map(str::to_owned).collect();
        if targets.is_empty() {
            bail!("{} has no [[bin]], so there is nothing to run", folder.display());
        }
        let known: Vec<&str> = targets.iter().map(String::as_str).collect();
        let config = match fuzz.metadata("fuzz") {
            Some(table) => Config::read(table, &known).with_context(|| {
                format!("in [package.metadata.fuzz] of the Cargo.toml of `{}`", fuzz.name)
            })?,
            None => Config::default(),
        };
        Ok(Self { krate: krate.to_owned(), folder, targets, config })
    }

    /// All of its targets, or the one that is named.
    pub(crate) fn targets(&self, name: Option<&str>) -> Result<Vec<Target<'_>>> {
        let known: Vec<&str> = self.targets.iter().map(String::as_str).collect();
        if let Some(name) = name
            && !known.contains(&name)
        {
            let hint = did_you_mean(name, &known);
            bail!("`{}` has no fuzz target called `{name}`{hint}", self.krate);
        }
        let chosen = known.into_iter().filter(|it| name.is_none_or(|name| name == *it));
        Ok(chosen.map(|name| Target { project: self, name }).collect())
    }
}

impl Target<'_> {
    /// The sanitizer that it is built with.
    pub(crate) fn sanitizer(self) -> &'static str {
        let without = self.project.config.without_sanitizer.iter().any(|it| it == self.name);
        if without { "none" } else { "address" }
    }

    /// The longest input worth trying, in bytes.
    pub(crate) fn max_len(self) -> Option<u64> {
        let mut all = self.project.config.max_len.iter();
        all.find(|(name, _)| name == self.name).map(|(_, len)| *len)
    }

    /// Inputs that somebody wrote or kept, from which the corpus begins: those that the tests of the
    /// crate run, `crates/CRATE/tests/corpus/TARGET`.
    pub(crate) fn seeds(self) -> Option<PathBuf> {
        let tests = self.project.folder.with_file_name("tests");
        Some(tests.join("corpus").join(self.name)).filter(|it| it.is_dir())
    }
}

const KEYS: &[&str] = &["without_sanitizer", "max_len"];

impl Config {
    /// Read the table. A key or a target that is not known is an error, since it would do nothing.
    fn read(table: &Value, targets: &[&str]) -> Result<Self> {
        let Some(table) = table.as_object() else { bail!("this is a table: `max_len = {{ .. }}`") };
        let mut config = Self::default();
        for (key, value) in table {
            match key.as_str() {
                "without_sanitizer" => {
                    let list = value.as_array().and_then(|list| {
                        list.iter().map(|it| it.as_str().map(str::to_owned)).collect()
                    });
                    config.without_sanitizer = list.with_context(|| {
                        format!("`{key}` is a list of targets, like [\"wide\"]")
                    })?;
                }
                "max_len" => {
                    let list = value.as_object().and_then(|list| {
                        list.iter().map(|(name, len)| Some((name.clone(), len.as_u64()?))).collect()
                    });
                    config.max_len = list.with_context(|| {
                        format!("`{key}` is a table of bytes, like {{ wide = 32 }}")
                    })?;
                }
                _ => bail!("`{key}` is not known here{}", did_you_mean(key, KEYS)),
            }
        }
        let lengths = config.max_len.iter().map(|(name, _)| name);
        for name in config.without_sanitizer.iter().chain(lengths) {
            if !targets.contains(&name.as_str()) {
                bail!("`{name}` is no target{}", did_you_mean(name, targets));
            }
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Config, Project};

    fn project() -> Project {
        Project {
            krate: "integer-codec".into(),
            folder: "crates/integer-codec/fuzz".into(),
            targets: vec!["wide".into(), "narrow".into(), "block".into()],
            config: Config {
                without_sanitizer: vec!["wide".into()],
                max_len: vec![("narrow".into(), 32)],
            },
        }
    }

    #[test]
    fn targets_are_chosen_by_name_and_a_wrong_name_is_helped() {
        let project = project();
        let names = |name| {
            let targets = project.targets(name).map_err(|error| error.to_string())?;
            Ok::<_, String>(targets.iter().map(|it| it.name).collect::<Vec<_>>())
        };
        assert_eq!(names(None).unwrap(), ["wide", "narrow", "block"]);
        assert_eq!(names(Some("block")).unwrap(), ["block"]);
        let error = names(Some("blok")).unwrap_err();
        assert_eq!(
            error,
            "`integer-codec` has no fuzz target called `blok`; did you mean `block`?"
        );
        assert!(names(Some("zzzzzz")).unwrap_err().ends_with("there are: wide, narrow, block"));
    }

    #[test]
    fn only_what_is_named_is_different() {
        let project = project();
        let sanitizers = project.targets(None).unwrap();
        let sanitizers: Vec<&str> = sanitizers.iter().map(|it| it.sanitizer()).collect();
        assert_eq!(sanitizers, ["none", "address", "address"]);
        let lengths: Vec<_> =
            project.targets(None).unwrap().iter().map(|it| it.max_len()).collect();
        assert_eq!(lengths, [None, Some(32), None]);
    }

    #[test]
    fn what_is_wrong_in_the_table_is_an_error() {
        let read = |table| Config::read(&table, &["wide", "narrow"]);
        let config = read(json!({ "without_sanitizer": ["wide"], "max_len": { "narrow": 32 } }));
        let config = config.unwrap();
        assert_eq!(config.without_sanitizer, ["wide"]);
        assert_eq!(config.max_len, [("narrow".to_owned(), 32)]);
        assert_eq!(read(json!({})).unwrap(), Config::default());
        for (table, part) in [
            (json!({ "without_sanitiser": [] }), "did you mean `without_sanitizer`?"),
            (json!({ "without_sanitizer": ["wid"] }), "did you mean `wide`?"),
            (json!({ "without_sanitizer": "wide" }), "a list of targets"),
            (json!({ "max_len": 3 }), "a table of bytes"),
            (json!({ "max_len": { "wide": "3" } }), "a table of bytes"),
            (json!({ "max_len": { "nrrow": 3 } }), "did you mean `narrow`?"),
            (json!(3), "this is a table"),
        ] {
            let error = read(table.clone()).unwrap_err().to_string();
            assert!(error.contains(part), "{table}: {error}");
        }
    }
}
