//! Benchmarks come here.
fn main() {}
