//! Programs that nobody wrote for the library: what they write is the same with it and without.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::process::{Command, Stdio};

use common::{same_with_and_without, source};

#[test]
#[cfg_attr(no_python, ignore = "python3 is not here: apt-get install python3")]
fn python() {
    same_with_and_without("python", &["python3"], || {
        let mut command = Command::new("python3");
        // All of it from `malloc`, and not from an allocator of Python's own in front.
        command.env("PYTHONMALLOC", "malloc").env("PYTHONHASHSEED", "0");
        command.arg(source("programs/threads.py"));
        command
    });
}

#[test]
#[cfg_attr(no_sqlite, ignore = "sqlite3 is not here: apt-get install sqlite3")]
fn sqlite() {
    same_with_and_without("sqlite", &["sqlite3"], || {
        let mut command = Command::new("sqlite3");
        command.args(["-batch", "-bail", "rows.db"]);
        command.stdin(fs::File::open(source("programs/rows.sql")).unwrap());
        command
    });
}

/// Compile with `compiler`, run what came out, and compare the two programs too.
fn compiles(name: &str, compiler: &str, inside: &[&str], file: &str) {
    let folders = same_with_and_without(name, inside, || {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", "\"$0\" -O1 -save-temps=obj \"$1\" -o it && ./it", compiler]);
        command.arg(source("programs").join(file));
        command
    });
    let [one, other] = folders.map(|folder| fs::read(folder.join("it")).unwrap());
    assert!(one == other, "the programs differ");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn gcc() {
    compiles("c", "gcc", &["cc1", "as", "ld"], "compiled.c");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn gxx() {
    compiles("c++", "g++", &["cc1plus", "as", "ld"], "compiled.cpp");
}

#[test]
#[cfg_attr(no_git, ignore = "git is not here: apt-get install git")]
fn git() {
    same_with_and_without("git", &["git"], || {
        let mut command = Command::new("sh");
        command.arg(source("programs/history.sh")).stdin(Stdio::null());
        command
    });
}
