//! From lanes to values: the inverse of what was done before they were laid out.

use super::element::Element;
use super::element::Lane;

/// What is left to do to each lane, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Finish<E: Element> {
    /// The inverse of `to_plain`.
    Plain,
    /// Add this.
    Add(E::Lane),
    /// Add this and `step` to what was made of the lane before.
    Delta { sum: E::Lane, step: E::Lane },
}

impl<E: Element> Finish<E> {
    /// The next value.
    #[inline(always)]
    pub(crate) fn apply(&mut self, lane: E::Lane) -> E {
        match self {
            Self::Plain => E::from_plain(lane),
            Self::Add(base) => E::from_bits(lane.wrapping_add(*base)),
            Self::Delta { sum, step } => {
                *sum = sum.wrapping_add(lane).wrapping_add(*step);
                E::from_bits(*sum)
            }
        }
    }
}
