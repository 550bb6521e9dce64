//! Large blocks: each a mapping of its own, with a header in front.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::cover;
use super::os::{self, Mapping, PAGE};
use super::segment::{self, Head, Kind};
use super::usage;

/// How many large blocks are live, and how many bytes they have.
pub(crate) static COUNT: AtomicUsize = AtomicUsize::new(0);
pub(crate) static BYTES: AtomicUsize = AtomicUsize::new(0);

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
    if !cover::add(mapping.start) {
        // SAFETY: mapped above, and nobody knows of it.
        unsafe { os::unmap(mapping) };
        return Mapping::NONE;
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
    // SAFETY: a page fits the header, and a mapping is aligned to one.
    unsafe { mapping.start.cast::<Head>().write(head) };
    count(mapping, usage::add);
    // SAFETY: `offset` is inside the mapping.
    unsafe { mapping.start.add(offset) }
}

fn count(mapping: Mapping, change: fn(&AtomicUsize, usize)) {
    change(&usage::MAPPED, mapping.len);
    change(&usage::IN_USE, mapping.len);
    change(&BYTES, mapping.len);
    change(&COUNT, 1);
}

/// # Safety
///
/// `head` is that of a live large block, and nobody uses the block any more.
pub(crate) unsafe fn release(head: *mut Head) {
    // SAFETY: the caller's promise.
    let mapping = unsafe { (*head).mapping };
    count(mapping, usage::sub);
    cover::remove(mapping.start);
    // SAFETY: the whole mapping, which nobody uses.
    unsafe { os::unmap(mapping) };
}

/// How many bytes a block has.
pub(crate) fn usable(head: &Head) -> usize {
    head.mapping.len - head.offset
}

/// Make a block longer or shorter where it is.
///
/// # Safety
///
/// `head` is that of a live large block, and what is cut off is not used any more.
pub(crate) unsafe fn resize(head: *mut Head, new_size: usize) -> bool {
    // SAFETY: the caller's promise.
    let (mapping, offset) = unsafe { ((*head).mapping, (*head).offset) };
    let Some(len) = mapping_len(offset, new_size) else { return false };
    if len == mapping.len {
        return true;
    }
    // SAFETY: a whole mapping.
    if !unsafe { os::resize(mapping, len) } {
        return false;
    }
    count(mapping, usage::sub);
    let mapping = Mapping { len, ..mapping };
    count(mapping, usage::add);
    // SAFETY: the header is still where it was.
    unsafe { (*head).mapping = mapping };
    true
}

/// Make a block longer by giving its pages other addresses. Null: it is as it was.
///
/// # Safety
///
/// `head` is that of a live large block of an alignment less than a segment's size.
pub(crate) unsafe fn move_pages(head: *mut Head, new_size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    let (from, offset) = unsafe { ((*head).mapping, (*head).offset) };
    let Some(len) = mapping_len(offset, new_size) else { return ptr::null_mut() };
    if offset >= segment::SIZE || len < from.len {
        return ptr::null_mut();
    }
    let to = map(len, segment::SIZE, offset);
    if to.start.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: both are whole mappings, and nobody uses either while the block is being reallocated.
    if !unsafe { os::move_pages(from, to) } {
        cover::remove(to.start);
        // SAFETY: nobody knows of it.
        unsafe { os::unmap(to) };
        return ptr::null_mut();
    }
    cover::remove(from.start);
    count(from, usage::sub);
    count(to, usage::add);
    // SAFETY: the header moved along, to the front of the new mapping; the block lies behind it.
    unsafe {
        (*to.start.cast::<Head>()).mapping = to;
        to.start.add(offset)
    }
}

/// How many bytes large blocks have.
pub(crate) fn bytes() -> (usize, usize) {
    (COUNT.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed))
}
