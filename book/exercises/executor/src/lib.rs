//! The exercises of the chapter on executors.
//!
//! Each module is one exercise: fill in its functions, then type
//!
//! ```text
//! cargo xtask exercise executor
//! ```
//!
//! which runs `tests/` and says which of them are done. `solutions/` has one answer to each.

#[cfg_attr(feature = "solutions", path = "../solutions/four_functions.rs")]
pub mod four_functions;

#[cfg_attr(feature = "solutions", path = "../solutions/parker.rs")]
pub mod parker;

#[cfg_attr(feature = "solutions", path = "../solutions/oneshot.rs")]
pub mod oneshot;

#[cfg_attr(feature = "solutions", path = "../solutions/thief.rs")]
pub mod thief;
