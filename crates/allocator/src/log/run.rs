//! The calls of a plan, made to an allocator.

use core::alloc::{GlobalAlloc, Layout};
use core::fmt;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::vec::Vec;

use super::Plan;
use super::plan::{Call, Step};

/// A plan that is being carried out on an allocator, call by call. What is left at the end is given back.
///
/// ```
/// use allocator::FirstFit;
/// use allocator::log::{Plan, Run};
///
/// static HEAP: FirstFit<4096> = FirstFit::new();
/// let plan = Plan::of_file(b"allocator-log 1\na 1 7f00 64 8\na 1 7f40 100 8\nd 1 7f00 64 8\n")?;
/// let mut run = Run::new(&plan, &HEAP);
/// run.advance(plan.peak_at());
/// assert_eq!(HEAP.stats().used, 64 + 112);
/// assert_eq!(run.finish().failed, 0);
/// assert_eq!(HEAP.stats().used, 0);
/// # Ok::<(), allocator::log::PlanError>(())
/// ```
///
/// Each block is marked at both its ends, and the marks are looked at before it is given back or after it is
/// resized: [`Report::damaged`].
///
/// Invariant: what is in `blocks` is live in `heap`, with its layout.
pub struct Run<'a, A: GlobalAlloc + ?Sized> {
    plan: &'a Plan,
    heap: &'a A,
    /// The blocks by slot. `None` also where the allocator had none to give.
    blocks: Vec<Option<Block>>,
    at: usize,
    bytes: usize,
    report: Report,
}

/// What came of a [`Run`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many calls of the plan were made, or passed over for want of a block.
    pub calls: usize,
    /// How often the allocator gave null.
    pub failed: usize,
    /// The most bytes that were asked for and not given back, at one moment.
    pub peak: usize,
    /// How many blocks held something else than was written there: two blocks were in one place.
    pub damaged: usize,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    start: *mut u8,
    layout: Layout,
    /// What its ends hold.
    mark: [u8; MARK],
}

const MARK: usize = 8;

// SAFETY: a block may be used and given back by any thread, one at a time, as `heap` may be called by any.
unsafe impl<A: GlobalAlloc + Sync + ?Sized> Send for Run<'_, A> {}

impl<'a, A: GlobalAlloc + ?Sized> Run<'a, A> {
    /// Before the first call.
    pub fn new(plan: &'a Plan, heap: &'a A) -> Self {
        let blocks = std::vec![None; plan.slots];
        Self { plan, heap, blocks, at: 0, bytes: 0, report: Report::default() }
    }

    /// Make the next `calls` calls, or as many as are left.
    pub fn advance(&mut self, calls: usize) {
        let end = self.plan.steps.len().min(self.at.saturating_add(calls));
        let plan = self.plan;
        for step in &plan.steps[self.at..end] {
            self.step(step);
        }
    }

    /// Make all calls that are left, and give back all blocks.
    pub fn finish(mut self) -> Report {
        self.advance(usize::MAX);
        self.give_back();
        self.report
    }

    /// What came of it so far.
    pub fn report(&self) -> Report {
        self.report
    }

    /// The thread of the next call.
    fn thread(&self) -> Option<usize> {
        self.plan.steps.get(self.at).map(|step| step.thread)
    }

    fn step(&mut self, step: &Step) {
        self.at += 1;
        self.report.calls += 1;
        let block = self.blocks[step.slot].take();
        self.blocks[step.slot] = match (step.call, block) {
            (Call::Alloc { layout, zeroed }, _) => self.alloc(layout, zeroed),
            (Call::Dealloc, Some(block)) => {
                self.dealloc(block);
                None
            }
            (Call::Resize { new_size }, Some(block)) => Some(self.resize(block, new_size)),
            // The allocator had none.
            (Call::Dealloc | Call::Resize { .. }, None) => None,
        };
    }

    fn alloc(&mut self, layout: Layout, zeroed: bool) -> Option<Block> {
        let start = if zeroed {
            // SAFETY: the size is not 0, by invariant 2 of `Plan`.
            unsafe { self.heap.alloc_zeroed(layout) }
        } else {
            // SAFETY: as above.
            unsafe { self.heap.alloc(layout) }
        };
        if start.is_null() {
            self.report.failed += 1;
            return None;
        }
        let mut block = Block { start, layout, mark: [0; MARK] };
        if zeroed {
            self.look_at(&block, layout.size());
        }
        self.count(0, layout.size());
        self.mark(&mut block);
        Some(block)
    }

    fn dealloc(&mut self, block: Block) {
        self.look_at(&block, block.layout.size());
        self.count(block.layout.size(), 0);
        // SAFETY: the block is live, with this layout, and it is no longer in `blocks`.
        unsafe { self.heap.dealloc(block.start, block.layout) };
    }

    fn resize(&mut self, mut block: Block, new_size: usize) -> Block {
        let old_size = block.layout.size();
        // No layout, no call: the plan checked it with the alignment that the block has.
        let Ok(layout) = Layout::from_size_align(new_size, block.layout.align()) else {
            return block;
        };
        // SAFETY: the block is live, with this layout; the new size is not 0 and forms a layout.
        let start = unsafe { self.heap.realloc(block.start, block.layout, new_size) };
        if start.is_null() {
            self.report.failed += 1;
            return block;
        }
        (block.start, block.layout) = (start, layout);
        self.count(old_size, new_size);
        // Of a block that shrank, the end is gone; of one that grew, it is no end any more.
        self.look_at(&block, old_size.min(new_size).min(MARK));
        self.mark(&mut block);
        block
    }

    fn count(&mut self, old: usize, new: usize) {
        self.bytes = self.bytes - old + new;
        self.report.peak = self.report.peak.max(self.bytes);
    }

    /// Write a new mark to the ends of a block.
    fn mark(&self, block: &mut Block) {
        // No two alike for a long time, and no byte of it 0.
        block.mark = (self.at as u64).to_le_bytes().map(|byte| byte.wrapping_mul(2) | 1);
        for (offset, length) in ends(block.layout.size()) {
            // SAFETY: `offset` is inside the block.
            let end = unsafe { block.start.add(offset) };
            // SAFETY: the block goes on for `length` bytes from there, which is at most `MARK`.
            unsafe { end.copy_from_nonoverlapping(block.mark.as_ptr(), length) };
        }
    }

    /// See whether the first `size` bytes of a block, which may be all, end with its mark.
    fn look_at(&mut self, block: &Block, size: usize) {
        let is_whole = ends(size).into_iter().all(|(offset, length)| {
            let mut found = [0; MARK];
            // SAFETY: `offset` is inside the block.
            let end = unsafe { block.start.add(offset) };
            // SAFETY: the block goes on for `length` bytes from there, at most `MARK`, and they were written:
            // by `mark`, or as zeros.
            unsafe { found.as_mut_ptr().copy_from_nonoverlapping(end, length) };
            found[..length] == block.mark[..length]
        });
        self.report.damaged += usize::from(!is_whole);
    }

    fn give_back(&mut self) {
        for slot in 0..self.blocks.len() {
            if let Some(block) = self.blocks[slot].take() {
                self.dealloc(block);
            }
        }
    }
}

/// Where the marks are in a block of `size` bytes: offset and length. In a small block there is one.
fn ends(size: usize) -> [(usize, usize); 2] {
    if size < 2 * MARK { [(0, size.min(MARK)), (0, 0)] } else { [(0, MARK), (size - MARK, MARK)] }
}

impl Plan {
    /// Make all calls to `heap`, each on the thread that made it in the log, or on one that stands for several:
    /// there are `most` at most, and at least one. The order is that of the log, so a call may wait for one of another
    /// thread. What is left at the end is given back.
    ///
    /// ```
    /// use allocator::{ThreadHeap, log::Plan};
    ///
    /// // What one thread allocates another frees.
    /// let plan = Plan::of_file(b"allocator-log 1\na 1 7f00 64 8\nd 2 7f00 64 8\n")?;
    /// assert_eq!(plan.run_on_threads(&ThreadHeap::new(), 8).calls, 2);
    /// # Ok::<(), allocator::log::PlanError>(())
    /// ```
    pub fn run_on_threads<A: GlobalAlloc + Sync + ?Sized>(&self, heap: &A, most: usize) -> Report {
        let count = self.threads().clamp(1, most.max(1));
        let run = Mutex::new(Run::new(self, heap));
        let next = Condvar::new();
        thread::scope(|scope| {
            for id in 0..count {
                let (run, next) = (&run, &next);
                scope.spawn(move || {
                    let mut run = run.lock().unwrap_or_else(PoisonError::into_inner);
                    while let Some(thread) = run.thread() {
                        if thread % count == id {
                            run.advance(1);
                        } else {
                            next.notify_all();
                            run = next.wait(run).unwrap_or_else(PoisonError::into_inner);
                        }
                    }
                    next.notify_all();
                });
            }
        });
        run.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

impl<A: GlobalAlloc + ?Sized> Drop for Run<'_, A> {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl<A: GlobalAlloc + ?Sized> fmt::Debug for Run<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("at", &self.at).field("report", &self.report).finish()
    }
}
