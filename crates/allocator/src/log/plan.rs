//! A log as calls that can be made again: addresses become numbers, and every call is checked.

use core::alloc::Layout;
use core::fmt;
use std::collections::HashMap;
use std::vec::Vec;

use super::{Event, Kind, LogError, LogReader};

/// The calls of a log, in its order, ready to be made to any allocator: see [`Run`](super::Run), and
/// [`run_on_threads`](Self::run_on_threads).
///
/// A log is checked, not trusted: a block given back twice or never given out, one at an address that is taken,
/// or a wrong layout is an error. But where events were lost before, what they could explain is not: a block
/// of which the log says nothing is passed over, and one whose end is missing ends when its address is given
/// out again.
///
/// What the log's allocator failed to serve is not asked for again.
///
/// ```
/// use std::alloc::System;
/// use allocator::log::{Plan, Run};
///
/// let plan = Plan::of_file(b"allocator-log 1\na 1 7f00 64 8\na 2 7f40 100 8\nd 2 7f00 64 8\n")?;
/// assert_eq!((plan.calls(), plan.threads(), plan.peak()), (3, 2, 164));
/// let report = Run::new(&plan, &System).finish();
/// assert_eq!((report.calls, report.failed, report.peak), (3, 0, 164));
/// # Ok::<(), allocator::log::PlanError>(())
/// ```
///
/// # Invariants
///
/// 1. Along `steps`, a slot is empty before an `Alloc` and after a `Dealloc`, and full before a `Dealloc` or
///    a `Resize`. All are empty at first.
/// 2. Slots are numbers below `slots`. Layouts have a size other than 0, and so have new sizes, which form a
///    layout with their alignment.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) slots: usize,
    threads: usize,
    peak: usize,
    peak_at: usize,
    unexplained: usize,
}

/// One call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// By the how manieth thread of the log, from 0.
    pub(super) thread: usize,
    /// Where the block is kept.
    pub(super) slot: usize,
    pub(super) call: Call,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    Alloc { layout: Layout, zeroed: bool },
    Dealloc,
    Resize { new_size: usize },
}

/// Why a log cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// The file cannot be read.
    Log(LogError),
    /// A call contradicts those before it.
    Event {
        /// The call.
        event: Event,
        /// What is wrong with it.
        wrong: Wrong,
    },
}

/// What is wrong with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// No layout has this size and alignment; or the size is 0.
    Layout,
    /// No block is there: it was given back before, or never given out.
    NoBlock,
    /// The block there has another layout.
    OtherLayout {
        /// Its size.
        size: usize,
        /// Its alignment.
        align: usize,
    },
    /// A block is there already.
    Taken,
    /// The thread is not in such a `realloc`.
    NoRealloc,
    /// The thread is in a `realloc`, which must end first.
    InRealloc,
}

impl Plan {
    /// The calls of a log file.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the file, or with an event.
    pub fn of_file(file: &[u8]) -> Result<Self, PlanError> {
        let mut planner = Planner::default();
        for event in LogReader::new(file).map_err(PlanError::Log)? {
            planner.event(&event.map_err(PlanError::Log)?)?;
        }
        Ok(planner.finish())
    }

    /// The calls of events.
    ///
    /// # Errors
    ///
    /// The first event that is wrong.
    pub fn of_events(events: impl IntoIterator<Item = Event>) -> Result<Self, PlanError> {
        let mut planner = Planner::default();
        for event in events {
            planner.event(&event)?;
        }
        Ok(planner.finish())
    }

    /// How many calls it is.
    pub fn calls(&self) -> usize {
        self.steps.len()
    }

    /// How many threads made them.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The most bytes that were asked for and not given back, at one moment.
    pub fn peak(&self) -> usize {
        self.peak
    }

    /// After how many calls that was, the first time.
    pub fn peak_at(&self) -> usize {
        self.peak_at
    }

    /// How many events were passed over because of others that were lost.
    pub fn unexplained(&self) -> usize {
        self.unexplained
    }
}

/// A block that the log says is given out.
#[derive(Clone, Copy, Debug)]
struct Block {
    slot: usize,
    layout: Layout,
}

/// Makes a plan, event by event.
#[derive(Debug, Default)]
struct Planner {
    steps: Vec<Step>,
    slots: usize,
    /// Slots whose block was given back.
    empty: Vec<usize>,
    live: HashMap<usize, Block>,
    /// What each thread is about to resize.
    resizing: HashMap<u32, Resize>,
    threads: HashMap<u32, usize>,
    bytes: usize,
    peak: usize,
    peak_at: usize,
    unexplained: usize,
}

/// A `realloc` that has begun.
#[derive(Clone, Copy, Debug)]
struct Resize {
    address: usize,
    new_size: usize,
    block: Block,
}

impl Planner {
    fn event(&mut self, event: &Event) -> Result<(), PlanError> {
        self.check(event).map_err(|wrong| PlanError::Event { event: *event, wrong })
    }

    fn check(&mut self, event: &Event) -> Result<(), Wrong> {
        if event.kind == Kind::Failed && event.address == 0 {
            return Ok(());
        }
        let gaps = event.lost != 0;
        let layout = layout(event.size, event.align)?;
        let resizing = self.resizing.contains_key(&event.thread);
        let ends = matches!(event.kind, Kind::Reallocated | Kind::Failed);
        if resizing && !ends {
            if !gaps {
                return Err(Wrong::InRealloc);
            }
            // Where the block went was lost.
            self.abandon(event.thread);
        }
        match event.kind {
            Kind::Alloc | Kind::AllocZeroed => {
                self.alloc(event, event.address, layout, event.kind == Kind::AllocZeroed)
            }
            Kind::Dealloc => match self.find(event, layout) {
                Ok(block) => {
                    self.dealloc(event.thread, block);
                    Ok(())
                }
                Err(wrong) => self.pass_over(gaps, wrong),
            },
            Kind::Realloc => {
                self::layout(event.new_size, event.align)?;
                match self.find(event, layout) {
                    Ok(block) => {
                        let Event { address, new_size, .. } = *event;
                        self.resizing.insert(event.thread, Resize { address, new_size, block });
                        Ok(())
                    }
                    Err(wrong) => self.pass_over(gaps, wrong),
                }
            }
            Kind::Reallocated | Kind::Failed => self.end_of_realloc(event, layout),
        }
    }

    fn pass_over(&mut self, gaps: bool, wrong: Wrong) -> Result<(), Wrong> {
        self.unexplained += 1;
        if gaps { Ok(()) } else { Err(wrong) }
    }

    /// Take the block of an event out of those that are live.
    fn find(&mut self, event: &Event, layout: Layout) -> Result<Block, Wrong> {
        let block = *self.live.get(&event.address).ok_or(Wrong::NoBlock)?;
        if block.layout == layout {
            self.live.remove(&event.address);
            return Ok(block);
        }
        if event.lost != 0 {
            // It is another block: the end of this one was lost.
            self.live.remove(&event.address);
            self.dealloc(event.thread, block);
        }
        Err(Wrong::OtherLayout { size: block.layout.size(), align: block.layout.align() })
    }

    /// Enter a block among those that are live.
    fn enter(&mut self, event: &Event, address: usize, block: Block) -> Result<(), Wrong> {
        if let Some(&other) = self.live.get(&address) {
            if event.lost == 0 {
                return Err(Wrong::Taken);
            }
            self.dealloc(event.thread, other);
        }
        self.live.insert(address, block);
        Ok(())
    }

    fn alloc(
        &mut self,
        event: &Event,
        address: usize,
        layout: Layout,
        zeroed: bool,
    ) -> Result<(), Wrong> {
        let slot = self.empty.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        });
        self.step(event.thread, slot, Call::Alloc { layout, zeroed });
        self.resized(0, layout.size());
        self.enter(event, address, Block { slot, layout })
    }

    fn dealloc(&mut self, thread: u32, block: Block) {
        self.step(thread, block.slot, Call::Dealloc);
        self.empty.push(block.slot);
        self.resized(block.layout.size(), 0);
    }

    fn end_of_realloc(&mut self, event: &Event, old: Layout) -> Result<(), Wrong> {
        let gaps = event.lost != 0;
        let new = layout(event.new_size, event.align)?;
        let resize = self.resizing.get(&event.thread).copied().filter(|it| {
            (it.address, it.new_size, it.block.layout) == (event.address, event.new_size, old)
        });
        let Some(Resize { block, .. }) = resize else {
            if !gaps {
                return Err(Wrong::NoRealloc);
            }
            // Its beginning was lost, and perhaps the end of another.
            self.abandon(event.thread);
            self.unexplained += 1;
            return match event.kind {
                Kind::Reallocated => self.alloc(event, event.new_address, new, false),
                _ => Ok(()),
            };
        };
        self.resizing.remove(&event.thread);
        if event.kind == Kind::Failed {
            return self.enter(event, event.address, block);
        }
        self.step(event.thread, block.slot, Call::Resize { new_size: new.size() });
        self.resized(old.size(), new.size());
        self.enter(event, event.new_address, Block { layout: new, ..block })
    }

    /// Give back the block that a thread was about to resize, if it was.
    fn abandon(&mut self, thread: u32) {
        if let Some(resize) = self.resizing.remove(&thread) {
            self.dealloc(thread, resize.block);
        }
    }

    fn step(&mut self, thread: u32, slot: usize, call: Call) {
        let next = self.threads.len();
        let thread = *self.threads.entry(thread).or_insert(next);
        self.steps.push(Step { thread, slot, call });
    }

    /// Count bytes, after the step.
    fn resized(&mut self, old: usize, new: usize) {
        // Saturating: a log may claim any sizes.
        self.bytes = self.bytes.saturating_sub(old).saturating_add(new);
        if self.bytes > self.peak {
            (self.peak, self.peak_at) = (self.bytes, self.steps.len());
        }
    }

    fn finish(self) -> Plan {
        Plan {
            steps: self.steps,
            slots: self.slots,
            threads: self.threads.len(),
            peak: self.peak,
            peak_at: self.peak_at,
            unexplained: self.unexplained,
        }
    }
}

fn layout(size: usize, align: usize) -> Result<Layout, Wrong> {
    if size == 0 {
        return Err(Wrong::Layout);
    }
    Layout::from_size_align(size, align).map_err(|_| Wrong::Layout)
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Event { event, wrong } => write!(f, "event {event}: {wrong}"),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout => f.write_str("no layout has this size and alignment"),
            Self::NoBlock => f.write_str("no block is there, it was given back or never given out"),
            Self::OtherLayout { size, align } => {
                write!(f, "the block there has {size} B (align {align})")
            }
            Self::Taken => f.write_str("a block is there already"),
            Self::NoRealloc => f.write_str("the thread is not in such a realloc"),
            Self::InRealloc => f.write_str("the thread is in a realloc, which must end first"),
        }
    }
}

impl core::error::Error for PlanError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Log(error) => Some(error),
            Self::Event { .. } => None,
        }
    }
}
