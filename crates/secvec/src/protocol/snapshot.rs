//! All elements at one moment.

use alloc::vec::Vec;

use crate::pause::{Point, pause};
use crate::protocol::Words;
use crate::wide::Pair;

impl Words {
    // ANCHOR: snapshot
    /// The elements as they were at one moment: look at all of them, until two looks in a row are equal.
    ///
    /// A stamp never comes back, so what is equal in two looks has stood still between them; and with
    /// `top` it is the same. So all of it was there when `top` was loaded for the second look.
    pub(crate) fn snapshot(&self) -> Vec<u64> {
        let mut last: Vec<Pair> = Vec::new();
        let mut last_top = None;
        loop {
            let top = self.top();
            pause(Point::SnapshotConfirmed);
            // Before the look, so that every element is in its slot.
            self.complete(top);
            let mut same = last_top == Some(top);
            last_top = Some(top);
            last.resize(top.len(), Pair::default());
            for (index, last) in last.iter_mut().enumerate() {
                let now = self.slots.at(index).load();
                same &= *last == now;
                *last = now;
            }
            pause(Point::SnapshotCollected);
            if same {
                return last.into_iter().map(|pair| pair.word).collect();
            }
        }
    }
    // ANCHOR_END: snapshot
}
