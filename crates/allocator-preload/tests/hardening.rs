//! The library with the feature `hardening`: it ends programs that make mistakes, and runs the others.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod common;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};

use common::{check_ended_well, compile, folder, hardened_library, text};

fn run(command: &mut Command) -> Output {
    command.env("LD_PRELOAD", hardened_library()).output().unwrap()
}

fn run_well(program: &Path, args: &[&str]) -> String {
    let output = run(Command::new(program).args(args));
    check_ended_well(&output);
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout)
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn mistakes_end_the_program() {
    let program = compile(&folder("mistakes"), "mistakes.c", &[]);
    for (mistake, said) in [
        ("double_free", "a block was freed twice: 0x"),
        ("double_free_in_a_thread", "a block was freed twice: 0x"),
        ("realloc_after_free", "a block was freed twice: 0x"),
        ("on_the_stack", "what was freed is no block of this allocator: 0x"),
        ("inside", "what was freed is no block of this allocator: 0x"),
        ("behind", "something wrote behind the end of a block: 0x"),
        ("before", "something wrote before the start of a block: 0x"),
        ("after_free", "something wrote to a block after it was freed: 0x"),
    ] {
        let output = run(Command::new(&program).arg(mistake));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{mistake}: {stderr}");
        assert!(stderr.starts_with(&format!("allocator: {said}")), "{mistake}: {stderr}");
    }
    let output = run(Command::new(&program).arg("behind_a_large_block"));
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV));
    assert_eq!(run_well(&program, &["none"]), "nothing is wrong\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn every_function_does_what_its_manual_page_says() {
    let program = compile(&folder("hardened-contract"), "contract.c", &[]);
    run_well(&program, &["strict"]);
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn threads_and_children() {
    let stress = compile(&folder("hardened-stress"), "stress.c", &[]);
    assert_eq!(run_well(&stress, &[]), "every block was as it was left\n");
    let fork = compile(&folder("hardened-fork"), "fork.c", &[]);
    assert_eq!(run_well(&fork, &[]), "every child came back\n");
    let late = compile(&folder("hardened-late"), "late.cpp", &[]);
    assert_eq!(run_well(&late, &[]), "every destructor ran\nand after main: 128000\n");
}

#[test]
#[cfg_attr(no_python, ignore = "python3 is not here: apt-get install python3")]
fn python_runs_on_it() {
    let program = common::source("programs/threads.py");
    let plain = Command::new("python3").arg(&program).output().unwrap();
    let hardened = run(Command::new("python3").arg(&program));
    for output in [&plain, &hardened] {
        check_ended_well(output);
    }
    assert_eq!(text(&plain.stdout), text(&hardened.stdout));
    assert_eq!(text(&hardened.stderr), "");
}
