//! An allocator that does not trust the program: [`Hardened`].
//!
//! | module | what it holds | `unsafe` |
//! |---|---|---|
//! | `secret` | the number that cookies, canaries and chance are made from | asking the system |
//! | `books` | the header in front of a block, the canary behind it | yes |
//! | `quarantine` | where freed blocks wait | no |
//! | `guard` | large blocks between pages that nobody may touch | yes |
//! | `mistake` | what is said at the end | writing it |

mod books;
mod guard;
mod mistake;
mod quarantine;
mod secret;

use core::alloc::Layout;
use core::fmt;
use core::ptr;

use crate::front::front;
use crate::map::{Extent, Walk};
use crate::sync::const_unless_loom;
use crate::{Class, Heap, Stats};
use books::Books;
use guard::{Guarded, Place};
use mistake::{Mistake, What};
use quarantine::Quarantine;
use secret::Secret;

/// A larger block does not wait in quarantine: a program that frees a few of them would hold much more memory
/// than it uses.
const LARGEST_KEPT: usize = 64 << 10;

/// The allocator `A`, which is any of this crate, made to find the mistakes of the program that uses it. At the
/// first one it says what was wrong, and ends the program.
///
/// ```
/// use allocator::{Hardened, ThreadHeap};
///
/// #[global_allocator]
/// static HEAP: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new()).with_guard_pages(64 << 10);
///
/// let words: Vec<String> = ["all", "is", "well"].map(String::from).into();
/// drop(words);
/// // Nothing was written to what waits in quarantine.
/// HEAP.check();
/// ```
///
/// | mistake | how it is found | when |
/// |---|---|---|
/// | double free | the header in front of the block says that it is free | at the second free |
/// | free of a pointer that is no block of this allocator | its address, then the header's cookie | at the free |
/// | another size or alignment than the block was allocated with | the header | at the free, or the `realloc` |
/// | write behind the end of a block, by one byte or more | the canary behind it | at the free, or the `realloc` |
/// | write before its start | the header's cookie | at the free, or the `realloc` |
/// | write after the free | a freed block is filled with `0xDF`, which has changed | when it leaves the quarantine, or at [`check`](Self::check) |
/// | overrun, or use after free, of a guarded block | its pages are followed by one that nobody may touch; once freed, nobody may touch any of them | at once: a fault of the processor |
///
/// The message has the block's address, the layout that it had, and the one that it came back with:
///
/// ```text
/// allocator: a block came back with another layout: 0x7f64a8c00010, allocated with size 24 and alignment 8, given back with size 32 and alignment 8
/// ```
///
/// It is written straight to the standard error, without allocating, and then the program is aborted. Without
/// the feature `std` it is a panic, so that the panic handler can say it, that cannot be caught: the program is
/// aborted if the handler unwinds.
///
/// Cookies and canaries are made from a secret of 64 bits, or as many as an address has, and the block's
/// address: they cannot be copied from another block. The secret comes from `getrandom` on Linux and Android. On
/// other systems it is made from the time and from addresses; without `std`, from addresses alone, which may be
/// the same in every run: [`with_seed`](Self::with_seed) is for a better one.
///
/// # Reuse
///
/// A freed block waits in quarantine, where there is room for 256. It gets a place by chance, and what was
/// there before leaves. So a block is reused when 256 others were freed after it, on average, and nobody can know
/// when. If there is no other memory, some leave earlier. Blocks larger than 64 KiB do not wait, unless they
/// are guarded: then it is their addresses that wait, and take no memory.
///
/// What waits is not looked at when the allocator is dropped, nor given back to one whose blocks are elsewhere:
/// [`flush`](Self::flush) does both. An arena that was used must not be moved, even if all of its blocks were freed,
/// unless after a `flush`: those that wait are inside of it.
///
/// # What it costs
///
/// | | |
/// |---|---|
/// | memory | 3 words a block (24 bytes); or 1 word and its alignment, if that is more than 2 words; up to 256 blocks in quarantine; 2 KiB for their addresses, 24 KiB for the table of guarded blocks |
/// | a guarded block | rounded up to pages; 4 calls of the system from `alloc` to `dealloc`, and each page is a new one |
/// | `alloc`, `dealloc` | two products for the books, and an exchange with the quarantine; the bytes of a block are written once and read once after its free |
/// | `realloc` | in place if the allocator inside can do that; a guarded block always moves |
///
/// `cargo run --release -p allocator --features hardening --example hardening` measures it. On one machine a block of
/// 64 bytes took 30 to 45 ns more from `alloc` to `dealloc`: `ThreadHeap` 4.7 and 35 ns, `SlotAllocator` 14 and 45,
/// `Tlsf` 17 and 61, `FirstFit` 18 and 48, but 140 where a thousand are freed in a row and the free ones that it
/// searches are scattered. For 16 KiB it was 0.9 us, the time to fill and read them; for a guarded block of 128 KiB,
/// 13 us.
///
/// A layout that has no room for the books gets null. A [`SlotAllocator`](crate::SlotAllocator) of 64 bytes has
/// slots for 40.
///
/// # What it does not find
///
/// - Reads: of freed blocks, of new ones, beyond the end (unless guarded). Miri, Valgrind and AddressSanitizer
///   do.
/// - Writes that jump over the canary into the middle of another block; writes to a live block through a pointer
///   to one that was there before, once its memory is used again.
/// - A double free when the block left the quarantine in between, and another one begins at the same address. If
///   none does, the header may have been used for something else, and the message says "no block".
/// - Leaks, and whatever a block's owner does within its bytes.
/// - An attacker who can read the memory of the process, and so write back what was there. The hash is a fast
///   one, not a cryptographic one.
///
/// Under Miri it is Miri that looks at the program's blocks, and reports a mistake before this does.
///
/// # Threads
///
/// There is no lock, beyond those of the allocator inside: places are swapped with one atomic operation. Of two
/// threads that free one block, one is found. After a `fork` the child can go on if it can with the allocator
/// inside; a place in the table that another thread was changing at that moment stays unused there.
pub struct Hardened<A> {
    inner: A,
    secret: Secret,
    quarantine: Quarantine,
    guarded: Guarded,
}

impl<A: Heap> Hardened<A> {
    const_unless_loom! {
        /// `inner`, with a secret that is made when the first block is allocated, and no guard pages.
        pub fn new(inner: A) -> Self {
            Self::with_secret(inner, Secret::new())
        }
    }

    const_unless_loom! {
        /// `inner`, with a secret of the program's own; for tests that must be the same each time, and for
        /// machines with a generator of random numbers that is better than what this crate has.
        pub fn with_seed(inner: A, seed: usize) -> Self {
            Self::with_secret(inner, Secret::from_seed(seed))
        }
    }

    const_unless_loom! {
        fn with_secret(inner: A, secret: Secret) -> Self {
            Self {
                inner,
                secret,
                quarantine: Quarantine::new(),
                guarded: Guarded::new(usize::MAX),
            }
        }
    }

    /// Blocks of `from` bytes or more get pages of the system's, between two that nobody may touch, and not
    /// memory of the allocator inside. For 512 blocks at once; others come from inside. Under Miri, which has no
    /// such pages, all do.
    #[cfg(all(feature = "std", unix, not(loom)))]
    #[must_use]
    pub const fn with_guard_pages(mut self, from: usize) -> Self {
        self.guarded.from = from;
        self
    }

    /// The allocator underneath. A block of one is no block of the other.
    pub const fn inner(&self) -> &A {
        &self.inner
    }

    /// Look over all blocks that wait in quarantine. If something wrote to one, the program ends.
    pub fn check(&self) {
        for at in 0..quarantine::PLACES {
            let waiting = self.quarantine.swap(at, ptr::null_mut());
            if !waiting.is_null() {
                // SAFETY: it was put there when it was freed, and is this thread's now.
                unsafe { self.still_freed(waiting) };
                self.put(at, waiting);
            }
        }
    }

    /// [`check`](Self::check) all blocks that wait in quarantine, and give them to the allocator inside; give back the
    /// addresses of guarded blocks that were freed.
    pub fn flush(&self) {
        for at in 0..quarantine::PLACES {
            self.put(at, ptr::null_mut());
        }
        self.guarded.flush();
    }

    /// How many bytes a block was allocated with, and its alignment. It is looked over as when it is freed.
    ///
    /// # Safety
    ///
    /// `block` is live and came from this allocator. (If it did not, the program ends.)
    pub unsafe fn layout_of(&self, block: *const u8) -> Layout {
        // SAFETY: the caller's promise.
        unsafe { self.live(block.cast_mut(), None) }.0
    }

    /// How many bytes the owner of a block may use: what was asked for.
    ///
    /// # Safety
    ///
    /// As for [`layout_of`](Self::layout_of).
    pub unsafe fn usable_size(&self, block: *const u8) -> usize {
        // SAFETY: the caller's promise.
        unsafe { self.layout_of(block) }.size()
    }

    /// Take a block back whose layout is not known: what C's `free` does.
    ///
    /// # Safety
    ///
    /// `block` is live, came from this allocator, and nobody uses it any more. (If it is not, or did not, the
    /// program ends.)
    pub unsafe fn free(&self, block: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe { self.take_back(block, None) };
    }

    fn books(&self, block: *mut u8) -> Books<'_> {
        Books { secret: &self.secret, block }
    }

    /// A block of the allocator inside, with its books; or a guarded one.
    #[inline]
    fn give_out(&self, layout: Layout, from_inside: impl Fn(Layout) -> *mut u8) -> *mut u8 {
        if layout.size() >= self.guarded.from {
            let block = self.guarded.allocate(layout, &self.secret);
            if !block.is_null() {
                return block;
            }
        }
        let Some((around, front)) = books::around(layout) else { return ptr::null_mut() };
        let mut start = from_inside(around);
        if start.is_null() {
            start = self.make_room(|| from_inside(around));
        }
        if start.is_null() {
            return start;
        }
        // SAFETY: inside the block, which is larger than that.
        let block = unsafe { start.add(front) };
        // SAFETY: the block is new, and `around` made room for header and canary.
        unsafe { self.books(block).open(layout) };
        block
    }

    /// Let blocks leave the quarantine, from one by chance on, until the allocator inside can serve; null: it
    /// cannot when all have left.
    #[cold]
    fn make_room(&self, serve: impl Fn() -> *mut u8) -> *mut u8 {
        let first = self.secret.random();
        for at in 0..quarantine::PLACES {
            if self.put(first.wrapping_add(at), ptr::null_mut()) {
                let start = serve();
                if !start.is_null() {
                    return start;
                }
            }
        }
        self.guarded.flush();
        serve()
    }

    /// The layout of a live block that nothing wrote around, and its place in the table if it is guarded. Otherwise,
    /// or if `given` is another layout, the program ends.
    ///
    /// # Safety
    ///
    /// The caller's claim is that `block` is live, and its bytes are not written to meanwhile. Only what shows that
    /// it is not true may be looked at before it is believed.
    #[inline]
    unsafe fn live(&self, block: *mut u8, given: Option<Layout>) -> (Layout, Option<&Place>) {
        let header = block.wrapping_sub(books::FRONT);
        let is_inside = self.inner.owns(header) && self.inner.owns(block.wrapping_sub(1));
        let place = if is_inside { None } else { self.guarded.find(block) };
        let found = match place {
            Some(place) => place.live(),
            None if is_inside && block.cast::<usize>().is_aligned() => {
                // SAFETY: it is aligned, and the header is in the allocator's memory.
                unsafe { self.books(block).live(|byte| self.inner.owns(byte)) }
            }
            None => Err((What::NoBlock, None)),
        };
        match found {
            Ok(layout) if given.is_none_or(|given| given == layout) => (layout, place),
            Ok(layout) => self.end(What::WrongLayout, block, Some(layout), given),
            Err((what, had)) => self.end(what, block, had, given),
        }
    }

    /// Free a block; `given` is the layout that the caller says it has.
    ///
    /// # Safety
    ///
    /// The caller gives the block up. What else the caller should have kept to is looked at.
    #[inline]
    unsafe fn take_back(&self, block: *mut u8, given: Option<Layout>) {
        // SAFETY: the caller's promise.
        let (layout, place) = unsafe { self.live(block, given) };
        if let Some(place) = place {
            // SAFETY: the caller's promise, and the layout is that of `live`.
            if let Err(what) = unsafe { place.free(layout) } {
                self.end(what, block, Some(layout), given);
            }
            return;
        }
        let books = self.books(block);
        // SAFETY: a block with its books.
        if !unsafe { books.free(layout) } {
            self.end(What::DoubleFree, block, Some(layout), given);
        }
        if layout.size() > LARGEST_KEPT {
            // SAFETY: freed by this thread, which is the only one to know of it.
            unsafe { self.let_go(block, layout) };
        } else {
            // SAFETY: the caller gave it up.
            unsafe { books.fill(layout.size()) };
            self.put(self.secret.random(), block);
        }
    }

    /// Put a freed block, or null, into quarantine. What was in its place leaves: whether there was anything.
    #[inline]
    fn put(&self, at: usize, block: *mut u8) -> bool {
        let leaves = self.quarantine.swap(at, block);
        if leaves.is_null() {
            return false;
        }
        // SAFETY: it was put there when it was freed, and is this thread's now.
        let layout = unsafe { self.still_freed(leaves) };
        // SAFETY: as above.
        unsafe { self.let_go(leaves, layout) };
        true
    }

    /// The layout of a freed block that nothing was written to. If something was, the program ends.
    ///
    /// # Safety
    ///
    /// The block was in quarantine, and is this thread's.
    #[inline]
    unsafe fn still_freed(&self, block: *mut u8) -> Layout {
        // SAFETY: it was freed and filled before it went there.
        match unsafe { self.books(block).freed() } {
            Ok(layout) => layout,
            Err((what, had)) => self.end(what, block, had, None),
        }
    }

    /// Give a freed block to the allocator inside.
    ///
    /// # Safety
    ///
    /// The block was allocated with `layout`, was freed, and is this thread's.
    #[inline]
    unsafe fn let_go(&self, block: *mut u8, layout: Layout) {
        if let Some((around, front)) = books::around(layout) {
            // SAFETY: it began so far before.
            let start = unsafe { block.sub(front) };
            // SAFETY: it came from there with this layout, and nobody uses it.
            unsafe { self.inner.release(start, around) };
        }
    }

    #[cold]
    fn end(&self, what: What, block: *const u8, had: Option<Layout>, given: Option<Layout>) -> ! {
        Mistake { what, block, had, given }.end()
    }
}

// SAFETY: a block is a part of one of `A`'s, or of a mapping of its own, and its alignment is kept: the header is
// as long as the alignment, or the alignment divides it. Quarantine and books touch nothing of it while it is
// live. Nothing unwinds: sizes that are too large find no room, and mistakes of the program abort it.
unsafe impl<A: Heap> Heap for Hardened<A> {
    #[inline]
    unsafe fn allocate(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the size is not 0.
        self.give_out(layout, |around| unsafe { self.inner.allocate(around) })
    }

    #[inline]
    unsafe fn allocate_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the size is not 0.
        self.give_out(layout, |around| unsafe { self.inner.allocate_zeroed(around) })
    }

    #[inline]
    unsafe fn release(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { self.take_back(block, Some(layout)) };
    }

    unsafe fn resize(&self, block: *mut u8, layout: Layout, new_size: usize) -> bool {
        // SAFETY: the caller's promise.
        let (_, place) = unsafe { self.live(block, Some(layout)) };
        if place.is_some() || new_size >= self.guarded.from {
            return false;
        }
        // SAFETY: the caller's promise of a possible size.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let (Some((old, front)), Some((new, _))) =
            (books::around(layout), books::around(new_layout))
        else {
            return false;
        };
        // SAFETY: the inner block begins so far before.
        let start = unsafe { block.sub(front) };
        // SAFETY: it came from there with this layout, and the new size is possible.
        let resized = unsafe { self.inner.resize(start, old, new.size()) };
        if resized {
            // SAFETY: there is room for the block and its books.
            unsafe { self.books(block).open(new_layout) };
        }
        resized
    }

    /// Whether it points into memory that the allocator inside gives blocks from, or into a guarded block.
    fn owns(&self, block: *const u8) -> bool {
        self.inner.owns(block) || self.guarded.has(block)
    }
}

front!(impl[A: Heap] for Hardened<A>);

/// What the allocator inside shows: to it a block is as long as its books are, too, and lives until it leaves the
/// quarantine. Guarded blocks are not shown.
impl<A: Heap + Walk> Walk for Hardened<A> {
    fn walk(&self, visit: &mut dyn FnMut(Extent)) {
        self.inner.walk(visit);
    }

    fn for_each_class(&self, visit: &mut dyn FnMut(Class)) {
        self.inner.for_each_class(visit);
    }

    fn stats(&self) -> Stats {
        self.inner.stats()
    }
}

impl<A: Heap + Default> Default for Hardened<A> {
    fn default() -> Self {
        Self::new(A::default())
    }
}

impl<A: Heap + fmt::Debug> fmt::Debug for Hardened<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secret stays one.
        f.debug_struct("Hardened").field("inner", &self.inner).finish_non_exhaustive()
    }
}
