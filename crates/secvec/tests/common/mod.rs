//! What the tests of every lock-free vector share, whether it is the crate's or one of the book's.
//!
//! Include it as `mod common` at the root of a test program, implement [`subject::Subject`] for the
//! vector there, and stamp out the tests: `common::suite::test_model!(MyVec)`, `test_threads!`,
//! `test_linear!`, and what `suite` has for vectors that can do more. Nothing in here knows `secvec`; it
//! needs only std and proptest. What does know it, or is of use to some only, stands beside it and is
//! included by itself: `ours`, `broken`.
//!
//! | module | what it is |
//! |---|---|
//! | `subject` | what a vector must offer to be tested |
//! | `call` | an operation as a value: to run on a subject, or on a plain `Vec` |
//! | `plan` | what each thread of a random history does, all of it from one seed |
//! | `history` | running a plan, with the moment of each call and of each return |
//! | `checker` | whether some order of the calls explains all answers |
//! | `suite` | the tests themselves, generic over the subject |

// No test program uses all of it.
#![allow(dead_code, unused_imports, unused_macros)]

pub(crate) mod call;
pub(crate) mod checker;
pub(crate) mod history;
pub(crate) mod plan;
pub(crate) mod subject;
pub(crate) mod suite;
