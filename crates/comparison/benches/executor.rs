//! Our executor beside tokio, async-executor and the pools of `futures`: measured in rounds, with one,
//! two and four workers.

use std::process::ExitCode;

#[path = "executor/contestants.rs"]
mod contestants;
#[path = "executor/countdown.rs"]
mod countdown;
#[path = "rounds/harness.rs"]
#[allow(dead_code, reason = "other pieces need more of it")]
mod harness;
#[path = "executor/list.rs"]
mod list;
#[path = "rounds/random.rs"]
#[allow(dead_code, reason = "other pieces need more of it")]
mod random;
#[path = "../src/rounds.rs"]
mod rounds;
#[path = "executor/works.rs"]
mod works;

/// The table compares every contestant with these.
const REFERENCES: [&str; 3] = ["tokio multi_thread", "async-executor", "futures ThreadPool"];

fn main() -> ExitCode {
    harness::main("executor", &REFERENCES, list::works())
}
