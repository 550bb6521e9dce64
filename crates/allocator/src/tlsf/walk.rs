//! What the map of a [`Tlsf`] is drawn from.

use super::Tlsf;
use super::block::HEADER;
use crate::Stats;
use crate::map::{Extent, State, Walk};

/// Each block is an extent, with its header; what is in front of the first and behind the last are books.
impl Walk for Tlsf {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        self.core.with(|core| {
            for region in core.regions() {
                let (start, len) = region.memory();
                let (first, record) = (region.first().address(), region.record().address());
                let mut piece = |address, size, state| {
                    if size != 0 {
                        visit(Extent { address, size, state });
                    }
                };
                piece(start.addr(), first - HEADER - start.addr(), State::Book);
                for block in region.blocks() {
                    let state = if block.is_free() { State::Free } else { State::Live };
                    piece(block.address() - HEADER, block.size(), state);
                }
                piece(record - HEADER, start.addr() + len - (record - HEADER), State::Book);
            }
        });
    }

    fn stats(&self) -> Stats {
        self.stats()
    }
}
