//! What `cargo metadata` knows of this repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::proc::Cmd;
use crate::suggest::did_you_mean;

/// The repository.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    packages: Vec<Package>,
    /// Where the root `Cargo.toml` stands.
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

/// One package of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    /// `None`: to any registry. `Some` of nothing: `publish = false`.
    publish: Option<Vec<String>>,
    #[serde(default)]
    metadata: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    /// Ask cargo about the workspace around this tool's own sources, and work from its root.
    pub(crate) fn enter() -> Result<Self> {
        // `cargo xtask` may be typed in any folder; cargo tells us where our own sources are.
        let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()).join("Cargo.toml");
        let workspace = Self::read(here.exists().then_some(here.as_path()))?;
        std::env::set_current_dir(&workspace.root)
            .with_context(|| format!("cannot go to {}", workspace.root.display()))?;
        Ok(workspace)
    }

    /// Ask cargo about the workspace of a `Cargo.toml`, or of the folder that we are in.
    fn read(manifest: Option<&Path>) -> Result<Self> {
        let mut cmd = Cmd::cargo().args(["metadata", "--no-deps", "--format-version", "1"]);
        if let Some(manifest) = manifest {
            cmd = cmd.arg("--manifest-path").arg(manifest.to_string_lossy());
        }
        serde_json::from_str(&cmd.read()?).context("cannot understand `cargo metadata`")
    }

    /// The one package of a `Cargo.toml` that is a workspace of its own.
    pub(crate) fn package_of(manifest: &Path) -> Result<Package> {
        let mut packages = Self::read(Some(manifest))?.packages;
        match packages.pop() {
            Some(package) if packages.is_empty() => Ok(package),
            _ => bail!("{} is not one package, in a workspace of its own", manifest.display()),
        }
    }

    /// Every crate under `crates/` that has a library to test.
    pub(crate) fn libraries(&self) -> Vec<&Package> {
        let crates = self.root.join("crates");
        self.packages
            .iter()
            .filter(|it| it.manifest_path.starts_with(&crates) && it.has_library())
            .collect()
    }

    /// The package of this name.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|it| it.name == name)
    }

    /// Every package of exercises, `book/exercises/CHAPTER`.
    pub(crate) fn exercises(&self) -> Vec<&Package> {
        let exercises = self.root.join("book").join("exercises");
        self.packages.iter().filter(|it| it.manifest_path.starts_with(&exercises)).collect()
    }

    /// Those of `all` that are named, in the order of the workspace; all of them for no name.
    pub(crate) fn choose<'a>(all: Vec<&'a Package>, names: &[String]) -> Result<Vec<&'a Package>> {
        let known: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
        for name in names {
            if !known.contains(&name.as_str()) {
                bail!("no crate here is called `{name}`{}", did_you_mean(name, &known));
            }
        }
        Ok(all.into_iter().filter(|it| names.is_empty() || names.contains(&it.name)).collect())
    }

    /// Every package that `cargo publish` would take.
    pub(crate) fn publishable(&self) -> Vec<&Package> {
        self.packages
            .iter()
            .filter(|it| it.publish.as_ref().is_none_or(|to| !to.is_empty()))
            .collect()
    }

    /// Where results are left: `target/xtask`, made if need be.
    pub(crate) fn results(&self) -> Result<PathBuf> {
        let folder = self.target.join("xtask");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// A path for a command that is typed at the root: relative to it where that is possible.
    pub(crate) fn short(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// Where this tool installs others: `target/tools`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A build folder of its own, for flags that would rebuild everything in the common one.
    pub(crate) fn target(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }
}

impl Package {
    fn has_library(&self) -> bool {
        self.targets.iter().any(|it| it.kind.iter().any(|kind| kind == "lib" || kind == "rlib"))
    }

    /// The names of its test programs, `tests/*.rs`.
    pub(crate) fn test_targets(&self) -> Vec<&str> {
        self.targets_of("test")
    }

    /// The names of its targets of a kind: `test`, `bin`, `bench`.
    pub(crate) fn targets_of(&self, kind: &str) -> Vec<&str> {
        let targets = self.targets.iter().filter(|it| it.kind.iter().any(|it| it == kind));
        targets.map(|it| it.name.as_str()).collect()
    }

    /// The folder that its `Cargo.toml` stands in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.manifest_path.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// `[package.metadata.NAME]`, if it is there.
    pub(crate) fn metadata(&self, name: &str) -> Option<&serde_json::Value> {
        self.metadata.get(name)
    }

    /// A package as `cargo metadata` would give it, for tests.
    #[cfg(test)]
    pub(crate) fn example(name: &str, tests: &[&str], metadata: serde_json::Value) -> Self {
        let tests = tests.iter().map(|it| Target { name: (*it).into(), kind: vec!["test".into()] });
        Self {
            name: name.into(),
            manifest_path: PathBuf::from(format!("crates/{name}/Cargo.toml")),
            targets: tests.collect(),
            publish: None,
            metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Package, Workspace};

    #[test]
    fn crates_are_chosen_by_name_and_a_wrong_name_is_helped() {
        let [a, b] = ["raw-queue", "secvec"].map(|it| Package::example(it, &[], ().into()));
        let choose = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).into()).collect();
            Workspace::choose(vec![&a, &b], &names)
                .map(|all| all.iter().map(|it| it.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(choose(&[]).unwrap(), ["raw-queue", "secvec"]);
        assert_eq!(choose(&["secvec"]).unwrap(), ["secvec"]);
        let error = choose(&["raw_queue"]).unwrap_err().to_string();
        assert!(error.contains("did you mean `raw-queue`?"), "{error}");
        let error = choose(&["zzz"]).unwrap_err().to_string();
        assert!(error.contains("raw-queue, secvec"), "{error}");
    }
}
