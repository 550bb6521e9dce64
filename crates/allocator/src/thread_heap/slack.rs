//! How much memory may lie unused before some goes back to the system.
//!
//! Memory that is given back costs a call, and when it is needed again a fault for each of its pages. A
//! program that needs less for a moment and then as much as before pays for both, again and again. So each
//! time that memory is needed soon after it was given back, four times as much may lie unused from then on; and
//! when that has not happened for a while, as little as at first.

use core::cell::Cell;

use super::os;

/// Memory that is needed again within so many milliseconds was given back in vain.
const SOON: u32 = 1000;

/// After so many milliseconds without that, the limit is as at first.
const FORGOTTEN: u32 = 10_000;

/// By how much the limit may grow.
const MOST: usize = 32 << 20;

/// What may lie unused beyond what always may.
pub(crate) struct Slack {
    extra: Cell<usize>,
    /// When memory was last given back, or was last needed soon after that.
    since: Cell<u32>,
    /// Whether memory was given back since it was last needed.
    gave: Cell<bool>,
}

impl Slack {
    pub(crate) const fn new() -> Self {
        Self { extra: Cell::new(0), since: Cell::new(0), gave: Cell::new(false) }
    }

    /// How many bytes more than at first may lie unused. For when it seems to be too much.
    pub(crate) fn beyond(&self) -> usize {
        if self.extra.get() != 0 && os::milliseconds().wrapping_sub(self.since.get()) > FORGOTTEN {
            self.extra.set(0);
        }
        self.extra.get()
    }

    /// Memory is given back.
    pub(crate) fn give(&self) {
        self.since.set(os::milliseconds());
        self.gave.set(true);
    }

    /// Memory from the system is needed, about `base` bytes or more.
    #[inline]
    pub(crate) fn need(&self, base: usize) {
        if self.gave.get() {
            self.regret(base);
        }
    }

    #[cold]
    fn regret(&self, base: usize) {
        self.gave.set(false);
        let now = os::milliseconds();
        if now.wrapping_sub(self.since.get()) <= SOON {
            self.extra.set((4 * self.extra.get().max(base)).min(MOST));
            self.since.set(now);
        }
    }
}
