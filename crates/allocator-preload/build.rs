//! How the shared library is linked, and which of the programs are here that the tests run.

use std::env;
use std::path::PathBuf;

/// The name of a test's condition, and the programs that it needs.
const NEEDS: [(&str, &[&str]); 5] = [
    ("cc", &["gcc", "g++", "objdump"]),
    ("python", &["python3"]),
    ("sqlite", &["sqlite3"]),
    ("git", &["git"]),
    ("redis", &["redis-server", "redis-cli", "redis-benchmark"]),
];

fn main() {
    // Once loaded it stays: its blocks are everywhere. And it begins before the others.
    if env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete,-z,initfirst");
    }

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
