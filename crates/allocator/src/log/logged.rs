//! An allocator that writes down what it is asked.

use core::alloc::{GlobalAlloc, Layout};
use core::fmt;

use super::{Event, EventLog, Kind, thread};
use crate::map::{Extent, Walk};
use crate::sync::const_unless_loom;
use crate::{Class, Stats};

/// The allocator `A`, with a log of at most `N` calls that were not drained yet; `N` is a power of two.
///
/// It allocates nothing itself and takes no lock, so it may be the allocator of a whole program. A call costs
/// what [`EventLog::record`] does, `realloc` twice that. See [the module](super) for an example, and for what
/// the order of events means.
pub struct Logged<A, const N: usize> {
    inner: A,
    log: EventLog<N>,
    clock: Option<fn() -> u64>,
}

impl<A, const N: usize> Logged<A, N> {
    const_unless_loom! {
        /// `inner`, with an empty log and no clock.
        pub fn new(inner: A) -> Self {
            Self { inner, log: EventLog::new(), clock: None }
        }
    }

    const_unless_loom! {
        /// `inner`, with a clock that is asked at each event, in whatever unit it has. It must not allocate:
        /// it would be asked again, for ever.
        pub fn with_clock(inner: A, clock: fn() -> u64) -> Self {
            Self { inner, log: EventLog::new(), clock: Some(clock) }
        }
    }

    /// The allocator underneath.
    pub fn inner(&self) -> &A {
        &self.inner
    }

    /// The log.
    pub fn log(&self) -> &EventLog<N> {
        &self.log
    }

    fn record(&self, event: Event) {
        let time = self.clock.map_or(0, |clock| clock());
        // If the log is full the event is lost, and counted.
        self.log.record(Event { time, thread: thread::number(), ..event });
    }

    /// An event of a block of `layout`.
    fn event(kind: Kind, block: *mut u8, layout: Layout) -> Event {
        let (size, align) = (layout.size(), layout.align());
        Event { address: block.addr(), size, align, ..Event::new(kind) }
    }
}

// SAFETY: every call goes to `A`, as it is, and so does every answer. Recording does not panic: it indexes
// modulo the length, and computes with wrapping numbers; a clock of the program's own promises as much.
unsafe impl<A: GlobalAlloc, const N: usize> GlobalAlloc for Logged<A, N> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { self.inner.alloc(layout) };
        let kind = if block.is_null() { Kind::Failed } else { Kind::Alloc };
        self.record(Self::event(kind, block, layout));
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        let kind = if block.is_null() { Kind::Failed } else { Kind::AllocZeroed };
        self.record(Self::event(kind, block, layout));
        block
    }

    // ANCHOR: dealloc
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Before the block can be another thread's.
        self.record(Self::event(Kind::Dealloc, block, layout));
        // SAFETY: the caller's promise.
        unsafe { self.inner.dealloc(block, layout) };
    }
    // ANCHOR_END: dealloc

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let before = Event { new_size, ..Self::event(Kind::Realloc, block, layout) };
        self.record(before);
        // SAFETY: the caller's promise.
        let moved = unsafe { self.inner.realloc(block, layout, new_size) };
        let kind = if moved.is_null() { Kind::Failed } else { Kind::Reallocated };
        self.record(Event { kind, new_address: moved.addr(), ..before });
        moved
    }
}

/// What the allocator underneath shows.
impl<A: Walk, const N: usize> Walk for Logged<A, N> {
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

impl<A: Default, const N: usize> Default for Logged<A, N> {
    fn default() -> Self {
        Self::new(A::default())
    }
}

impl<A: fmt::Debug, const N: usize> fmt::Debug for Logged<A, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logged").field("inner", &self.inner).field("log", &self.log).finish()
    }
}
