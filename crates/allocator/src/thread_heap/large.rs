//! Large blocks: each a mapping of its own, with a header in front.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::list::List;
use super::os::{self, Mapping, PAGE};
use super::segment::{self, Head, Kind};
use super::usage;
use crate::lock::Lock;

/// How many large blocks are live, and how many bytes they have with their headers.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// All large blocks. Whoever walks the list or changes it holds the lock.
pub(crate) static LIST: Lock<List<Head>> = Lock::new(List::new());

/// How far from its segment's start a block with this alignment begins: behind the header, and where the
/// segment's start can still be told from its address.
fn offset_for(align: usize) -> usize {
    align.clamp(PAGE, segment::SIZE)
}

fn mapping_len(offset: usize, size: usize) -> Option<usize> {
    offset.checked_add(size)?.checked_next_multiple_of(PAGE)
}

/// A mapping for a block that begins at `offset`, with room for the header at a segment's place in front of it.
fn map(len: usize, align: usize, offset: usize) -> Mapping {
    // Less than a segment in front of the block: the segment's place is at the start of the mapping, and the
    // block is aligned as `offset` is. A whole segment: the block is as aligned as the mapping is then.
    let aligned = if offset < segment::SIZE { 0 } else { offset };
    let mapping = os::map(len, align, aligned);
    if mapping.start.is_null() {
        return mapping;
    }
    let _ = mapping.start.expose_provenance();
    mapping
}

/// A block of `size` bytes, all of them zeros; null if the system has no such memory.
pub(crate) fn allocate(size: usize, align: usize) -> *mut u8 {
    let offset = offset_for(align);
    let Some(len) = mapping_len(offset, size) else { return ptr::null_mut() };
    let mapping = map(len, align.max(segment::SIZE), offset);
    if mapping.start.is_null() {
        return ptr::null_mut();
    }
    let head = Head::new(Kind::Large, ptr::null(), mapping, offset);
    let place = mapping.start.cast::<Head>();
    // SAFETY: a page fits the header, and a mapping is aligned to one.
    unsafe { place.write(head) };
    // SAFETY: just written.
    join(unsafe { &*place });
    // SAFETY: `offset` is inside the mapping.
    unsafe { mapping.start.add(offset) }
}

/// A large block comes into being, or changes.
fn join(head: &Head) {
    let len = head.mapping.get().len;
    usage::add(&usage::MAPPED, len);
    usage::use_more(len);
    usage::add(&BYTES, len);
    usage::add(&COUNT, 1);
    // SAFETY: `join` and `leave` alternate, and what is unmapped has left.
    LIST.with(|list| unsafe { list.push_front(head) });
}

/// It ends, or is about to change.
fn leave(head: &Head) {
    let len = head.mapping.get().len;
    usage::sub(&usage::MAPPED, len);
    usage::sub(&usage::IN_USE, len);
    usage::sub(&BYTES, len);
    usage::sub(&COUNT, 1);
    // SAFETY: every large block is in the list.
    LIST.with(|list| unsafe { list.remove(head) });
}

/// # Safety
///
/// `head` is that of a live large block, and nobody uses the block any more.
pub(crate) unsafe fn release(head: *const Head) {
    // SAFETY: the caller's promise.
    let head = unsafe { &*head };
    leave(head);
    let mapping = head.mapping.get();
    // SAFETY: the whole mapping, which nobody uses.
    unsafe { os::unmap(mapping) };
}

/// How many bytes a block has.
pub(crate) fn usable(head: &Head) -> usize {
    head.mapping.get().len - head.offset
}

/// Make a block longer or shorter where it is.
///
/// # Safety
///
/// What is cut off of the block is not used any more.
pub(crate) unsafe fn resize(head: &Head, new_size: usize) -> bool {
    let mapping = head.mapping.get();
    let Some(len) = mapping_len(head.offset, new_size) else { return false };
    if len == mapping.len {
        return true;
    }
    // SAFETY: a whole mapping; the header stays.
    if !unsafe { os::resize(mapping, len) } {
        return false;
    }
    leave(head);
    head.mapping.set(Mapping { len, ..mapping });
    join(head);
    true
}

/// Make a block longer by giving its pages other addresses. Null: it is as it was.
///
/// # Safety
///
/// `head` is that of a live large block. It is gone afterwards, unless null is returned.
pub(crate) unsafe fn move_pages(head: *const Head, new_size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    let head = unsafe { &*head };
    let (from, offset) = (head.mapping.get(), head.offset);
    let Some(len) = mapping_len(offset, new_size) else { return ptr::null_mut() };
    if offset >= segment::SIZE || len < from.len {
        return ptr::null_mut();
    }
    let to = map(len, segment::SIZE, offset);
    if to.start.is_null() {
        return ptr::null_mut();
    }
    leave(head);
    // SAFETY: both are whole mappings, and nobody uses either while the block is being reallocated.
    if !unsafe { os::move_pages(from, to) } {
        // SAFETY: nobody knows of the new mapping.
        unsafe { os::unmap(to) };
        join(head);
        return ptr::null_mut();
    }
    // SAFETY: the header moved along, to the front of the new mapping.
    let head = unsafe { &*to.start.cast::<Head>() };
    head.mapping.set(to);
    join(head);
    // SAFETY: the block lies behind it.
    unsafe { to.start.add(offset) }
}

/// How many large blocks are live, and how many bytes they have with their headers.
pub(crate) fn count() -> (usize, usize) {
    (COUNT.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed))
}

/// Whether an address is in the mapping of a large block. A step for each of them, under the lock.
pub(crate) fn has(address: *const u8) -> bool {
    let mut found = false;
    if COUNT.load(Ordering::Relaxed) != 0 {
        each(|head| {
            let mapping = head.mapping.get();
            found |= address.addr().wrapping_sub(mapping.start.addr()) < mapping.len;
        });
    }
    found
}

/// Call `visit` with each, under the lock.
pub(crate) fn each(visit: impl FnMut(&Head)) {
    LIST.with(|list| list.iter().for_each(visit));
}
