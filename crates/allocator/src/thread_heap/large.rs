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

/// A block of `size` bytes, all of them zeros; null if the system has no such memory.
pub(crate) fn allocate(size: usize, align: usize) -> *mut u8 {
    let offset = offset_for(align);
    let Some(len) = mapping_len(offset, size) else { return ptr::null_mut() };
    // For the segment's start to be aligned as such, whatever the block's alignment.
    let mapping = if align < segment::SIZE {
        os::map(len, segment::SIZE, 0)
    } else {
        os::map(len, align, offset)
    };
    if mapping.start.is_null() {
        return ptr::null_mut();
    }
    cover::add(mapping.start);
    let _ = mapping.start.expose_provenance();
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
    let to = os::map(len, segment::SIZE, 0);
    if to.start.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: both are whole mappings, and nobody uses either while the block is being reallocated.
    if !unsafe { os::move_pages(from, to) } {
        // SAFETY: nobody knows of it.
        unsafe { os::unmap(to) };
        return ptr::null_mut();
    }
    let _ = to.start.expose_provenance();
    cover::remove(from.start);
    cover::add(to.start);
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
