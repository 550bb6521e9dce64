//! The exercises of the chapter on secvec.
//!
//! Each module is one exercise: fill in its functions, then type
//!
//! ```text
//! cargo xtask exercise secvec
//! ```
//!
//! which runs `tests/` and says which of them are done. `solutions/` has one answer to each.

#[cfg_attr(feature = "solutions", path = "../solutions/half_the_waste.rs")]
pub mod half_the_waste;

#[cfg_attr(feature = "solutions", path = "../solutions/free_list.rs")]
pub mod free_list;

#[cfg_attr(feature = "solutions", path = "../solutions/complete.rs")]
pub mod complete;

#[cfg_attr(feature = "solutions", path = "../solutions/an_order_that_explains.rs")]
pub mod an_order_that_explains;

pub mod wide;
