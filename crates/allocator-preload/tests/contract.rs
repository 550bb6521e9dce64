//! Small programs in C and C++, each about one promise, on the shared library.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod common;

use std::process::Command;

use common::{
    check_ended_well, compile, folder, library, run_on_library, same_with_and_without, text,
};

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn every_function_does_what_its_manual_page_says() {
    let program = compile(&folder("contract"), "contract.c", &[]);
    // The test itself is tested on the C library.
    same_with_and_without("contract/lenient", &["contract"], || Command::new(&program));
    run_on_library("contract/strict", &program, &["strict"]);
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn blocks_go_from_thread_to_thread() {
    let program = compile(&folder("stress"), "stress.c", &[]);
    let said = run_on_library("stress", &program, &[]);
    assert_eq!(said, "every block was as it was left\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn ten_thousand_threads_need_no_more_memory_than_one_thousand() {
    let program = compile(&folder("churn"), "churn.c", &[]);
    let said = run_on_library("churn", &program, &[]);
    assert_eq!(said, "as much memory for ten thousand as for one thousand\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn a_child_allocates_frees_and_starts_threads() {
    let program = compile(&folder("fork"), "fork.c", &[]);
    let said = run_on_library("fork", &program, &[]);
    assert_eq!(said, "every child came back\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn others_may_allocate_around_a_fork() {
    let program = compile(&folder("handlers"), "handlers.c", &[]);
    let said = run_on_library("handlers", &program, &[]);
    assert_eq!(said, "handlers and streams\n");
}

#[test]
fn it_begins_before_the_other_libraries() {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exit"]).env("LD_PRELOAD", library()).env("LD_DEBUG", "files");
    let log = text(&command.output().unwrap().stderr);
    let mut begun = log.lines().filter_map(|line| line.split_once("calling init: "));
    assert_eq!(begun.next().unwrap().1, library().to_str().unwrap());
    assert!(begun.next().is_some(), "{log}");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn it_is_never_too_early_or_too_late() {
    let program = compile(&folder("late"), "late.cpp", &[]);
    let said = run_on_library("late", &program, &[]);
    // 200 times four threads with 40 keys, each called four times.
    assert_eq!(said, "every destructor ran\nand after main: 128000\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn libraries_are_loaded_and_unloaded() {
    let folder = folder("loads");
    let plugin = compile(&folder, "plugin.c", &["-shared", "-fPIC"]);
    let program = compile(&folder, "loads.c", &[]);
    let said = run_on_library("loads/run", &program, &[plugin.to_str().unwrap()]);
    assert_eq!(said, "loaded and unloaded\n");
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn it_can_be_loaded_by_hand() {
    let program = compile(&folder("by_hand"), "by_hand.c", &[]);
    let output = Command::new(&program).arg(library()).output().unwrap();
    check_ended_well(&output);
    assert_eq!(text(&output.stdout), "beside the C library's\n");
}

#[test]
#[cfg(target_arch = "x86_64")]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn the_heap_of_a_thread_is_found_without_a_call() {
    // `cfree` is `free`: one piece of code with two names.
    for function in ["malloc", "calloc", "cfree"] {
        let mut command = Command::new("objdump");
        command.arg(format!("--disassemble={function}")).arg(library());
        let output = command.output().unwrap();
        check_ended_well(&output);
        let code = text(&output.stdout);
        assert!(code.contains("%fs:"), "{code}");
        assert!(!code.contains("__tls_get_addr"), "{code}");
    }
}

#[test]
#[cfg_attr(no_cc, ignore = "gcc is not here: apt-get install gcc g++ binutils")]
fn nothing_else_is_exported() {
    let output = Command::new("objdump").arg("--dynamic-syms").arg(library()).output().unwrap();
    check_ended_well(&output);
    let symbols = text(&output.stdout);
    let defined = symbols.lines().filter(|line| line.contains(" g ") && !line.contains("*UND*"));
    let mut names: Vec<&str> = defined.filter_map(|line| line.split_whitespace().last()).collect();
    names.sort_unstable();
    let expected = [
        "aligned_alloc",
        "calloc",
        "cfree",
        "free",
        "malloc",
        "malloc_usable_size",
        "memalign",
        "posix_memalign",
        "pvalloc",
        "realloc",
        "reallocarray",
        "valloc",
    ];
    assert_eq!(names, expected);
}
