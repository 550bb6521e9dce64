//! How the shared library is linked, and which of the programs are here that the tests run.

use std::env;
use std::path::PathBuf;

/// The name of a test's condition, and the programs that it needs.
const NEEDS: [(&str, &[&str]); 5] = [
    ("cc", &["cc", "c++", "objdump"]),
    ("python", &["python3"]),
    ("sqlite", &["sqlite3"]),
    ("git", &["git"]),
    ("redis", &["redis-server", "redis-cli", "redis-benchmark"]),
];

fn main() {
    // Once loaded it stays: blocks of its are everywhere.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");

    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    for (name, programs) in NEEDS {
        println!("cargo::rustc-check-cfg=cfg(no_{name})");
        if !programs.iter().all(|program| is_here(program)) {
            println!("cargo::rustc-cfg=no_{name}");
        }
    }
}

fn is_here(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let found: Option<PathBuf> =
        env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    // A file that does not exist is looked for again by each build.
    let watched = found.clone().unwrap_or_else(|| PathBuf::from("/nonexistent").join(program));
    println!("cargo::rerun-if-changed={}", watched.display());
    found.is_some()
}
