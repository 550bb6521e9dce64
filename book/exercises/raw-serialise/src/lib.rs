//! The exercises of the chapter on raw-serialise.
//!
//! Each module is one exercise: fill in its functions, then type
//!
//! ```text
//! cargo xtask exercise raw-serialise
//! ```
//!
//! which runs `tests/` and says which of them are done. `solutions/` has one answer to each.

#[cfg_attr(feature = "solutions", path = "../solutions/padding.rs")]
pub mod padding;

#[cfg_attr(feature = "solutions", path = "../solutions/believed_length.rs")]
pub mod believed_length;

#[cfg_attr(feature = "solutions", path = "../solutions/one_cursor.rs")]
pub mod one_cursor;

#[cfg_attr(feature = "solutions", path = "../solutions/eight_bytes.rs")]
pub mod eight_bytes;
