//! The one tool of the repository: `cargo xtask --help` tells what it can do.
//!
//! | module | what it knows |
//! |---|---|
//! | `cli` | the commands and their help |
//! | `miri` | the crates under Miri: flags by date, seeds, partitions, runs, reports |
//! | `test` | all that must pass, section by section |
//! | `fuzz` | the fuzz targets: builds, runs, reports |
//! | `soak` | a crate's soak program: random histories for as long as there is time |
//! | `sanitize` | a crate's tests under ThreadSanitizer or AddressSanitizer |
//! | `loom`, `bench`, `listings`, `book`, `exercise`, `doctor` | the command of that name |
//! | `parse` | what test runners print |
//! | `toolchain`, `tools`, `workspace` | what rustup and cargo know, and install |
//! | `tally` | what passed, failed and was skipped |
//! | `proc`, `progress`, `table`, `suggest`, `date` | small tools |

mod bench;
mod book;
mod cli;
mod date;
mod doctor;
mod exercise;
mod fuzz;
mod listings;
mod loom;
mod miri;
mod parse;
mod proc;
mod programs;
mod progress;
mod sanitize;
mod soak;
mod suggest;
mod table;
mod tally;
mod test;
mod toolchain;
mod tools;
mod workspace;

fn main() -> std::process::ExitCode {
    cli::main()
}
