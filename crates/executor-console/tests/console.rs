//! What tokio-console shows of the executor's tasks.
//!
//! ```text
//! RUSTFLAGS="--cfg console_without_tokio_unstable" cargo test -p executor-console
//! ```
//!
//! Without the flag, console-subscriber insists on a build of tokio with `tokio_unstable`.

#![allow(clippy::unwrap_used)]

#[cfg(console_without_tokio_unstable)]
#[path = "console/asked.rs"]
mod asked;

#[cfg(not(console_without_tokio_unstable))]
#[test]
#[ignore = "console-subscriber needs RUSTFLAGS=\"--cfg console_without_tokio_unstable\""]
fn the_console_shows_the_tasks() {}
