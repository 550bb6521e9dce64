//! Nothing: see `examples/console.rs`, a program to be looked at with tokio-console, and
//! `tests/console.rs`, a client that asks as tokio-console does.
