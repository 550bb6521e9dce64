//! The exercises of the chapter on integer-codec.
//!
//! Each module is one exercise: fill in its functions, then type
//!
//! ```text
//! cargo xtask exercise integer-codec
//! ```
//!
//! which runs `tests/` and says which of them are done. `solutions/` has one answer to each.

#[cfg_attr(feature = "solutions", path = "../solutions/nothing_left_over.rs")]
pub mod nothing_left_over;

#[cfg_attr(feature = "solutions", path = "../solutions/the_kth_value.rs")]
pub mod the_kth_value;

#[cfg_attr(feature = "solutions", path = "../solutions/four_lengths.rs")]
pub mod four_lengths;
