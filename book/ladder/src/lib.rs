//! Two rungs of the ladder that leads to the crate `secvec`, kept readable.
//!
//! Both are the vector of Damian Dechev, Peter Pirkelbauer and Bjarne Stroustrup (*Lock-Free
//! Dynamically Resizable Arrays*, OPODIS 2006): the state is a pointer to a descriptor, and to change
//! the vector is to exchange that pointer.
//!
//! | rung | memory | a write that comes late |
//! |---|---|---|
//! | [`leaky`] | no descriptor is ever freed | may undo a newer one: the ABA problem |
//! | [`hazard`] | descriptors are reclaimed with hazard pointers | fails: slots have a version |
//!
//! The third rung, with no descriptors to free, is the crate itself. `tests/` runs the crate's own
//! suite over both, and `crates/comparison` measures all three. For use in a program, take the crate.
//!
//! ```
//! let numbers = ladder::leaky::Vector::new();
//! assert_eq!((numbers.push(5), numbers.push(7)), (0, 1));
//! assert_eq!((numbers.pop(), numbers.get(0)), (Some(7), Some(5)));
//!
//! let numbers = ladder::hazard::Vector::<u32>::new();
//! assert_eq!((numbers.push(5), numbers.push(7)), (0, 1));
//! assert_eq!((numbers.pop(), numbers.get(0)), (Some(7), Some(5)));
//! ```

#[forbid(unsafe_code)]
mod backoff;
mod buckets;
pub mod hazard;
pub mod leaky;
