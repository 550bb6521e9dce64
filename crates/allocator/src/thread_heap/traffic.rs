//! Blocks that go from the thread that frees them to the heap that they came from.

use core::cell::Cell;
use core::ptr::{self, NonNull};

use super::local::{Local, Shared, page_of};
use super::os::PAGE;
use super::parcel::Parcel;
use super::segment::{self, Head, Kind};
use crate::links;

/// How many parcels a heap has to send blocks home in.
pub(crate) const PARCELS: usize = 16;

/// How many heaps a thread collects blocks for at once.
pub(crate) const OPEN: usize = 8;

/// A parcel with this many bytes in it is sent, full or not.
const ENOUGH: usize = 32 << 10;

impl Local {
    /// Send a block of another heap home. `size` is about its size. As the owner of `self`.
    #[inline]
    pub(crate) fn send(&self, owner: &Local, block: *mut u8, size: usize) {
        let (to, parcel) = &self.outgoing[owner.number()];
        if !ptr::eq(to.get(), owner) {
            self.send_off(to, parcel);
            to.set(owner);
        }
        // SAFETY: a parcel of `parcels`.
        let open = match unsafe { parcel.get().as_ref() } {
            Some(open) => open,
            None => match self.empty_parcel() {
                Some(open) => {
                    parcel.set(open);
                    open
                }
                None => return owner.receive_block(block),
            },
        };
        if open.add(block, size, ENOUGH) {
            self.send_off(to, parcel);
        }
    }

    /// Where in `outgoing` blocks for this heap are collected.
    fn number(&self) -> usize {
        // Heaps lie some pages apart.
        let page = ptr::from_ref(self).addr() / PAGE;
        (page.wrapping_mul(0x9e37_79b9) >> 16) % OPEN
    }

    /// The parcel that was sent first, if it is back.
    fn empty_parcel(&self) -> Option<&Parcel> {
        let next = self.next_parcel.get() % PARCELS;
        let parcel = &self.parcels[next];
        if !parcel.is_here() || !parcel.is_empty() {
            return None;
        }
        self.next_parcel.set(next + 1);
        Some(parcel)
    }

    /// Send a parcel, if there is one.
    fn send_off(&self, to: &Cell<*const Local>, parcel: &Cell<*const Parcel>) {
        // SAFETY: a parcel of `parcels`, and heaps are never unmade.
        if let (Some(open), Some(owner)) = unsafe { (parcel.get().as_ref(), to.get().as_ref()) } {
            parcel.set(ptr::null());
            open.seal();
            // A parcel's address is even, and so is a block's: the lowest bit tells them apart.
            let node = ptr::from_ref(open).cast_mut().cast::<u8>().map_addr(|address| address | 1);
            owner.shared.inbox.push(node, |last| open.next.set(last));
            owner.was_left_something();
        }
    }

    /// As anybody: leave a single block.
    pub(crate) fn receive_block(&self, block: *mut u8) {
        // SAFETY: the block is free and ours to give: its first word holds the link.
        self.shared.inbox.push(block, |last| unsafe { links::write(block.cast(), last) });
        self.was_left_something();
    }

    fn was_left_something(&self) {
        let Shared { inbox, ownership, .. } = &self.shared;
        ownership.left_something(|| !inbox.is_empty(), || self.while_busy(|| self.settle()));
    }

    /// Deal with what other threads left. As the owner.
    pub(crate) fn settle(&self) {
        let mut node = self.shared.inbox.take();
        while !node.is_null() {
            if node.addr() & 1 == 0 {
                // SAFETY: a block that was sent alone holds the link.
                let next = unsafe { links::read(node.cast()) };
                self.take_back(node);
                node = next;
            } else {
                let parcel = node.map_addr(|address| address & !1).cast::<Parcel>();
                // SAFETY: an odd node is a parcel, and heaps, which hold parcels, are never unmade.
                let parcel = unsafe { &*parcel };
                node = parcel.next.get();
                parcel.unpack(|block| self.take_back(block));
            }
        }
    }

    /// Take a block of this heap back. As the owner.
    fn take_back(&self, block: *mut u8) {
        // SAFETY: a block that was freed is in a segment.
        let head = unsafe { segment::head_of(block) };
        // SAFETY: and this heap's.
        unsafe { self.free_own(head, block) };
    }

    /// Free a block of this heap. As the owner.
    ///
    /// # Safety
    ///
    /// `block` is a live block in the segment of `head`, which is this heap's. Nobody uses it any more.
    pub(crate) unsafe fn free_own(&self, head: NonNull<Head>, block: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            match head.as_ref().kind {
                Kind::Pages => {
                    let page = page_of(head, block);
                    if page.push(block) {
                        self.settle_page(page);
                    }
                }
                Kind::Region => self.release_medium(block),
                // Large blocks have no owner to be sent to.
                Kind::Large => {}
            }
        }
    }

    /// Send all that was collected. As the owner.
    pub(crate) fn send_all(&self) {
        for (to, parcel) in &self.outgoing {
            self.send_off(to, parcel);
            to.set(ptr::null());
        }
    }
}
