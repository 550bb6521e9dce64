//! A ring of events that many threads write and anybody drains, without a lock.
//!
//! The protocol is that of D. Vyukov's bounded queue (2010). Every event has a *ticket*: 0, 1, 2 and so on,
//! in the order in which they are in the log. The event with ticket `t` goes to cell `t % N`, in *lap*
//! `t / N` around the ring. Each cell has a *stamp*, which says whose turn it is:
//!
//! | stamp | the cell |
//! |---|---|
//! | `2 * lap` | is free for the event of this lap |
//! | `2 * lap + 1` | holds the event of this lap |
//! | `2 * (lap + 1)` | was drained: it is free for the event of the next lap |
//!
//! To write: look at `tail`, the next ticket. If its cell is free for that lap, claim the ticket by moving
//! `tail` on with a compare-exchange; nobody else can have the same ticket, so the cell is ours. Write the
//! event, then set the stamp to "holds". To drain: the same, from `head`, for a cell that holds its event.
//!
//! If the cell of the next ticket is not free for its lap, the ring is full: the event is dropped and
//! counted. Nobody waits for anybody. A writer that is stopped between its claim and its stamp keeps its
//! event and all later ones from being drained, since they come in order; the others go on writing until the
//! ring is full.
//!
//! A new ring is all zeros: cell `i` is free for ticket `i` of lap 0. So a `static` takes no place in the
//! binary.

use core::fmt;
use core::mem::MaybeUninit;

use super::Event;
use crate::sync::{AtomicUsize, Ordering, UnsafeCell, array_of, const_unless_loom};

/// A log of the last events that were not drained yet, at most `N`, inside the value itself; many threads
/// may write to it and drain it at once. `N` is a power of two.
///
/// Nothing here allocates, waits or takes a lock, so an allocator may write to it, and so may a signal
/// handler. When the log is full, new events are dropped and counted: [`lost`](Self::lost).
///
/// | | |
/// |---|---|
/// | [`record`](Self::record) | two atomic loads, one compare-exchange, a copy, a store; again for each race lost |
/// | [`drain`](Self::drain) | the same for each event |
/// | space | `N` times the size of an [`Event`] and a word |
///
/// After a `fork` the child has the log as it was; if another thread was about to write an event, that
/// event never comes, and the child's log ends before it.
///
/// ```
/// use allocator::log::{Event, EventLog, Kind};
///
/// static LOG: EventLog<2> = EventLog::new();
/// for _ in 0..3 {
///     LOG.record(Event::new(Kind::Alloc));
/// }
/// let mut found = Vec::new();
/// LOG.drain(|event| found.push(event.sequence));
/// assert_eq!(found, [0, 1]);
/// assert_eq!(LOG.lost(), 1);
/// ```
///
/// # Invariants
///
/// 1. A ticket is claimed for writing by the one thread that moved `tail` past it, and for draining by the
///    one that moved `head` past it.
/// 2. The stamp of cell `t % N` goes from `free(t)` to `full(t)` by the writer with ticket `t`, and from
///    there to `free(t + N)` by the drainer with ticket `t`: by nobody else, and in no other way.
/// 3. `event` of the cell is touched by the writer with ticket `t` after it saw `free(t)` and before it
///    stored `full(t)`; by the drainer with ticket `t` after it saw `full(t)` and before it stored
///    `free(t + N)`.
pub struct EventLog<const N: usize> {
    tail: Line<AtomicUsize>,
    head: Line<AtomicUsize>,
    lost: Line<AtomicUsize>,
    cells: [Cell; N],
}

/// On a cache line of its own: writers and drainers do not slow each other down.
#[repr(align(64))]
struct Line<T>(T);

struct Cell {
    stamp: AtomicUsize,
    event: UnsafeCell<MaybeUninit<Event>>,
}

// SAFETY: an event is touched by one thread at a time (invariant 3), and an `Event` is plain data.
unsafe impl Sync for Cell {}

impl Cell {
    const_unless_loom! {
        fn new() -> Self {
            Self { stamp: AtomicUsize::new(0), event: UnsafeCell::new(MaybeUninit::uninit()) }
        }
    }
}

impl<const N: usize> EventLog<N> {
    const_unless_loom! {
        /// A log with nothing in it. An `N` that is no power of two does not compile.
        pub fn new() -> Self {
            const { assert!(N.is_power_of_two(), "the length of a log is a power of two") };
            Self {
                tail: Line(AtomicUsize::new(0)),
                head: Line(AtomicUsize::new(0)),
                lost: Line(AtomicUsize::new(0)),
                cells: array_of!(Cell::new()),
            }
        }
    }

    // ANCHOR: record
    /// Write an event. Its `sequence` and `lost` are filled in here. False if the log was full: the event is
    /// counted as lost.
    pub fn record(&self, mut event: Event) -> bool {
        // Relaxed, here and below: a guess. What counts are the stamp and the compare-exchange.
        let mut ticket = self.tail.0.load(Ordering::Relaxed);
        loop {
            // Acquire: pairs with the Release in `take`, so that the last drainer's copy was made.
            if self.cell(ticket).stamp.load(Ordering::Acquire) == free::<N>(ticket) {
                let next = ticket.wrapping_add(1);
                // Relaxed: the event is handed over by the stamp of its cell.
                match self.tail.0.compare_exchange_weak(
                    ticket,
                    next,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => break,
                    Err(seen) => ticket = seen,
                }
            } else {
                let seen = self.tail.0.load(Ordering::Relaxed);
                if seen == ticket {
                    // Relaxed: a counter.
                    self.lost.0.fetch_add(1, Ordering::Relaxed);
                    return false;
                }
                ticket = seen;
            }
        }
        event.sequence = ticket;
        event.lost = self.lost();
        let cell = self.cell(ticket);
        cell.event.with_mut(|place| {
            // SAFETY: invariant 3: this thread claimed `ticket` after it saw that the cell is free for it.
            unsafe { place.write(MaybeUninit::new(event)) };
        });
        // Release: pairs with the Acquire in `take`, so that the event is there.
        cell.stamp.store(full::<N>(ticket), Ordering::Release);
        true
    }
    // ANCHOR_END: record

    /// Take out what was recorded before this call, the oldest first, and give it to `visit`. How many
    /// events it was.
    ///
    /// `visit` may allocate, also with an allocator that writes to this log: what is recorded meanwhile
    /// stays for the next time. If others drain too, each event goes to one of them. The end may come
    /// early, before an event that a thread is just writing.
    pub fn drain(&self, mut visit: impl FnMut(Event)) -> usize {
        // Relaxed: a bound. The stamps say what is there.
        let end = self.tail.0.load(Ordering::Relaxed);
        let mut count = 0;
        while let Some(event) = self.take(end) {
            visit(event);
            count += 1;
        }
        count
    }

    /// The oldest event, unless its ticket is `end` or later.
    fn take(&self, end: usize) -> Option<Event> {
        // Relaxed, here and below: as in `record`.
        let mut ticket = self.head.0.load(Ordering::Relaxed);
        loop {
            // Wrapping: what is ahead of `end` by less than half of all numbers is behind it.
            if end.wrapping_sub(ticket).wrapping_sub(1) >= usize::MAX / 2 {
                return None;
            }
            // Acquire: pairs with the Release in `record`, so that the event is there.
            if self.cell(ticket).stamp.load(Ordering::Acquire) == full::<N>(ticket) {
                let next = ticket.wrapping_add(1);
                match self.head.0.compare_exchange_weak(
                    ticket,
                    next,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => break,
                    Err(seen) => ticket = seen,
                }
            } else {
                let seen = self.head.0.load(Ordering::Relaxed);
                if seen == ticket {
                    return None;
                }
                ticket = seen;
            }
        }
        let cell = self.cell(ticket);
        let event = cell.event.with_mut(|place| {
            // SAFETY: invariant 3: this thread claimed `ticket` after it saw that the cell holds its event.
            let event = unsafe { place.read() };
            // SAFETY: the writer of `ticket` wrote it before it stored the stamp (invariant 2).
            unsafe { event.assume_init() }
        });
        // Release: pairs with the Acquire in `record`, so that this copy was made before the next event.
        cell.stamp.store(free::<N>(ticket.wrapping_add(N)), Ordering::Release);
        Some(event)
    }

    /// How many events were dropped because the log was full, since it began.
    pub fn lost(&self) -> usize {
        self.lost.0.load(Ordering::Relaxed)
    }

    fn cell(&self, ticket: usize) -> &Cell {
        &self.cells[ticket % N]
    }
}

/// The stamp of a cell that is free for the event of `ticket`. It wraps around when the tickets do.
fn free<const N: usize>(ticket: usize) -> usize {
    (ticket / N).wrapping_mul(2)
}

/// The stamp of a cell that holds the event of `ticket`.
fn full<const N: usize>(ticket: usize) -> usize {
    free::<N>(ticket) + 1
}

impl<const N: usize> Default for EventLog<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> fmt::Debug for EventLog<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLog")
            .field("capacity", &N)
            .field("recorded", &self.tail.0.load(Ordering::Relaxed))
            .field("drained", &self.head.0.load(Ordering::Relaxed))
            .field("lost", &self.lost())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::log::Kind;

    /// On a machine of 32 bits that is after an hour.
    #[test]
    fn tickets_wrap_around() {
        let log = EventLog::<4>::new();
        let first = usize::MAX - 9;
        log.head.0.store(first, Ordering::Relaxed);
        log.tail.0.store(first, Ordering::Relaxed);
        for ahead in 0..4 {
            let ticket = first.wrapping_add(ahead);
            log.cell(ticket).stamp.store(free::<4>(ticket), Ordering::Relaxed);
        }
        let mut expected = first;
        for _ in 0..10 {
            let recorded = (0..5).filter(|_| log.record(Event::new(Kind::Alloc))).count();
            assert_eq!(recorded, 4);
            let drained = log.drain(|event| {
                assert_eq!(event.sequence, expected);
                expected = expected.wrapping_add(1);
            });
            assert_eq!(drained, 4);
        }
        assert_eq!(log.lost(), 10);
        assert_eq!(expected, 30);
    }
}
