//! What tokio-console shows of the executor's tasks.
//!
//! console-subscriber insists on a build of tokio with `tokio_unstable`, or on the flag that
//! `.cargo/config.toml` gives, which counts for nothing where RUSTFLAGS is set.

#![allow(clippy::unwrap_used)]

#[cfg(console_without_tokio_unstable)]
#[path = "console/asked.rs"]
mod asked;

#[cfg(not(console_without_tokio_unstable))]
#[test]
#[ignore = "RUSTFLAGS is set: console-subscriber needs \"--cfg console_without_tokio_unstable\" in it"]
fn the_console_shows_the_tasks() {}
