//! Blocks that go from the thread that frees them to the heap that they came from.

use core::cell::Cell;
use core::ptr::{self, NonNull};

use super::local::{Local, Shared, page_of};
use super::os::PAGE;
use super::parcel::Parcel;
use super::segment::{self, Head, Kind};
use crate::links;

/// How many parcels a heap has to send blocks home in.
pub(crate) const PARCELS: usize = if cfg!(miri) { 4 } else { 64 };

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

    /// The next parcel in turn, if it is back. If it is not, or is being filled, it is the turn of another one the
    /// next time: it may be long until a thread that allocates nothing empties it.
    fn empty_parcel(&self) -> Option<&Parcel> {
        let next = self.next_parcel.get() % PARCELS;
        self.next_parcel.set(next + 1);
        // SAFETY: `next` is less than `PARCELS`, which there are.
        let parcel = unsafe { self.parcels.get().add(next) };
        // SAFETY: parcels stay as long as their heap, which is never unmade.
        let parcel = unsafe { &*parcel };
        Some(parcel).filter(|parcel| parcel.is_here() && parcel.is_empty())
    }

    /// Send a parcel, if there is one.
    fn send_off(&self, to: &Cell<*const Local>, parcel: &Cell<*const Parcel>) {
        // SAFETY: a parcel of `parcels`.
        let open = unsafe { parcel.get().as_ref() };
        // SAFETY: heaps are never unmade.
        let owner = unsafe { to.get().as_ref() };
        if let (Some(open), Some(owner)) = (open, owner) {
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
        match unsafe { head.as_ref() }.kind {
            Kind::Pages => {
                // SAFETY: a segment of pages.
                let page = unsafe { page_of(head, block) };
                // SAFETY: the caller's promise.
                if unsafe { page.push(block) } {
                    // SAFETY: a page in use of this heap.
                    unsafe { self.settle_page(page) };
                }
            }
            // SAFETY: the caller's promise.
            Kind::Region => unsafe { self.release_medium(block) },
            // Large blocks have no owner to be sent to.
            Kind::Large => {}
        }
    }

    /// In a child of `fork`, for a heap whose thread is gone: a parcel that was about to get its first block is not
    /// open, or it would be opened a second time.
    pub(crate) fn forget_empty_parcels(&self) {
        for (_, parcel) in &self.outgoing {
            // SAFETY: a parcel of `parcels`.
            if unsafe { parcel.get().as_ref() }.is_some_and(Parcel::is_empty) {
                parcel.set(ptr::null());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread_heap::parcel::ROOM;

    fn three_heaps() -> Option<[&'static Local; 3]> {
        Some([Local::take()?, Local::take()?, Local::take()?])
    }

    #[test]
    fn a_parcel_that_does_not_come_back_is_passed_over() {
        let Some([sender, idle, busy]) = three_heaps() else { return };
        let mut block = [0_u64; 1];
        let block = block.as_mut_ptr().cast::<u8>();
        // As many parcels as there are but one stay with a thread that allocates nothing; one of them is not full.
        for _ in 1..(PARCELS - 1) * ROOM {
            sender.send(idle, block, 8);
        }
        let mut parcels = 0;
        for _ in 0..PARCELS * PARCELS * ROOM {
            sender.send(busy, block, 8);
            let node = busy.shared.inbox.take();
            if node.addr() & 1 == 1 {
                let parcel = node.map_addr(|address| address & !1).cast::<Parcel>();
                // SAFETY: an odd node is a parcel, and heaps are never unmade.
                unsafe { &*parcel }.unpack(|_| parcels += 1);
            }
        }
        assert!(parcels > PARCELS * ROOM, "{parcels}");
    }

    #[test]
    fn a_fork_between_opening_a_parcel_and_the_first_block() {
        let Some([sender, heap, _]) = three_heaps() else { return };
        let mut block = [0_u64; 1];
        let block = block.as_mut_ptr().cast::<u8>();
        // Where another heap's blocks are collected.
        let (to, parcel) = &sender.outgoing[(heap.number() + 1) % OPEN];
        to.set(sender);
        parcel.set(sender.empty_parcel().map_or(ptr::null(), ptr::from_ref));
        // What `orphan_after_fork` does, but the heap stays ours.
        sender.forget_empty_parcels();
        for _ in 0..2 * PARCELS * ROOM {
            sender.send(heap, block, 8);
            let open = sender.outgoing[heap.number()].1.get();
            assert!(open.is_null() || open != parcel.get(), "one parcel for two heaps");
            let node = heap.shared.inbox.take();
            if node.addr() & 1 == 1 {
                let parcel = node.map_addr(|address| address & !1).cast::<Parcel>();
                // SAFETY: an odd node is a parcel, and heaps are never unmade.
                unsafe { &*parcel }.unpack(|_| ());
            }
        }
    }
}
