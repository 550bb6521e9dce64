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
    without_sanitizer: Vec<String>,
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
        let without_sanitizer = match fuzz.metadata("fuzz") {
            Some(table) => without_sanitizer(table, &known).with_context(|| {
                format!("in [package.metadata.fuzz] of the Cargo.toml of `{}`", fuzz.name)
            })?,
            None => Vec::new(),
        };
        Ok(Self { krate: krate.to_owned(), folder, targets, without_sanitizer })
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
        let without = self.project.without_sanitizer.iter().any(|it| it == self.name);
        if without { "none" } else { "address" }
    }

    /// Inputs that somebody wrote or kept, from which the corpus begins.
    pub(crate) fn seeds(self) -> Option<PathBuf> {
        Some(self.project.folder.join("corpus").join(self.name)).filter(|it| it.is_dir())
    }
}

/// The one key of the table. A key that is not known is an error, since it would do nothing.
fn without_sanitizer(table: &Value, targets: &[&str]) -> Result<Vec<String>> {
    const KEY: &str = "without_sanitizer";
    let Some(table) = table.as_object() else { bail!("this is a table: `{KEY} = [\"..\"]`") };
    let mut names = Vec::new();
    for (key, value) in table {
        if key != KEY {
            bail!("`{key}` is not known here{}", did_you_mean(key, &[KEY]));
        }
        let list = value.as_array().and_then(|list| {
            list.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        names = list.with_context(|| format!("`{KEY}` is a list of targets, like [\"wide\"]"))?;
    }
    match names.iter().find(|it| !targets.contains(&it.as_str())) {
        Some(name) => {
            bail!("`{KEY}` names `{name}`, which is no target{}", did_you_mean(name, targets))
        }
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Project, without_sanitizer};

    fn project() -> Project {
        Project {
            krate: "integer-codec".into(),
            folder: "crates/integer-codec/fuzz".into(),
            targets: vec!["wide".into(), "narrow".into(), "block".into()],
            without_sanitizer: vec!["wide".into()],
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
    fn only_what_is_named_goes_without_the_sanitizer() {
        let project = project();
        let sanitizers = project.targets(None).unwrap();
        let sanitizers: Vec<&str> = sanitizers.iter().map(|it| it.sanitizer()).collect();
        assert_eq!(sanitizers, ["none", "address", "address"]);
    }

    #[test]
    fn what_is_wrong_in_the_table_is_an_error() {
        let read = |table| without_sanitizer(&table, &["wide", "narrow"]);
        assert_eq!(read(json!({ "without_sanitizer": ["wide"] })).unwrap(), ["wide"]);
        assert!(read(json!({})).unwrap().is_empty());
        for (table, part) in [
            (json!({ "without_sanitiser": [] }), "did you mean `without_sanitizer`?"),
            (json!({ "without_sanitizer": ["wid"] }), "did you mean `wide`?"),
            (json!({ "without_sanitizer": "wide" }), "a list of targets"),
            (json!(3), "this is a table"),
        ] {
            let error = read(table.clone()).unwrap_err().to_string();
            assert!(error.contains(part), "{table}: {error}");
        }
    }
}
