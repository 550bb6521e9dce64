//! Our allocators beside those of the system, of C and C++, and of others in Rust: measured in rounds,
//! on one, two and four threads. With the feature `c-allocators` there are all of them.

use std::process::ExitCode;

#[path = "allocator/block.rs"]
mod block;
#[path = "allocator/contestants.rs"]
mod contestants;
#[path = "allocator/generations.rs"]
mod generations;
#[path = "rounds/harness.rs"]
mod harness;
#[path = "allocator/list.rs"]
mod list;
#[path = "rounds/random.rs"]
mod random;
#[path = "../src/rounds.rs"]
mod rounds;
#[path = "allocator/tlsf.rs"]
mod tlsf;
#[path = "allocator/works.rs"]
mod works;

/// The table compares every contestant with these.
const REFERENCES: [&str; 6] = ["glibc", "mimalloc", "jemalloc", "snmalloc", "talc", "rlsf"];

fn main() -> ExitCode {
    harness::main("allocator", &REFERENCES, list::works())
}
