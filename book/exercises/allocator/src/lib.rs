//! The exercises of the chapter on allocators.
//!
//! Each module is one exercise: fill in its functions, then type
//!
//! ```text
//! cargo xtask exercise allocator
//! ```
//!
//! which runs `tests/` and says which of them are done. `solutions/` has one answer to each.

#[cfg_attr(feature = "solutions", path = "../solutions/best_fit.rs")]
pub mod best_fit;

#[cfg_attr(feature = "solutions", path = "../solutions/together_again.rs")]
pub mod together_again;

#[cfg_attr(feature = "solutions", path = "../solutions/longer_where_it_is.rs")]
pub mod longer_where_it_is;

#[cfg_attr(feature = "solutions", path = "../solutions/inbox.rs")]
pub mod inbox;

pub mod arena;
