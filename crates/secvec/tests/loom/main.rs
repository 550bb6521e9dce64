//! Every protocol between threads, in every order of steps that loom finds.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p secvec --test loom --release`
//!
//! | module | what its models look at |
//! |---|---|
//! | `outcomes` | the operations of a `SecVec`: an order of them explains what came out |
//! | `before` | what a thread did before a push or set is visible to whoever finds the value |
//! | `owned` | the elements of an `OwnedSecVec`, and the numbers of threads: one owner at a time |
#![cfg(loom)]
#![allow(clippy::unwrap_used)]

mod before;
mod outcomes;
mod owned;

/// Explore with at most `preemptions` forced switches of thread in a run.
fn model(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(f);
}
