//! What the tasks of a random graph do, and what may be seen of it.
//!
//! The plans are such that no order of the tasks shows: what each of them sees, and when, is known beforehand. Time
//! is counted in beats of 8 ms. On the beat a task does what ends no other one. What may end others
//! (a cancel, a panic, a return with tasks that are not awaited) happens off the beat, at a time that is that of
//! its depth in the tree alone: so nobody is ever cancelled at the time of a step of its own. Who is woken off the
//! beat waits for the next one.

use std::collections::VecDeque;

/// A beat, in milliseconds.
pub(crate) const BEAT: u64 = 8;

/// When the patience of [`Op::ReceiveWithin`] ends: on no beat, and at no depth's time.
pub(crate) const IMPATIENT: u64 = 7;

/// A task.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) id: usize,
    pub(crate) depth: u64,
    pub(crate) ops: VecDeque<Op>,
    pub(crate) panics: bool,
}

/// A step of a task. `Await`, `Cancel` and `Detach` are for the oldest handle that it has.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Sleep(u64),
    Yield,
    Spawn(Script),
    Await,
    Cancel,
    Detach,
    Send(usize),
    Receive(usize),
    ReceiveWithin(usize, u64),
}

/// What a task notes down.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Note {
    Ended(How),
    Saw(usize, How),
    Got(usize, Option<u64>),
    Elapsed(usize),
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    Returned(u64),
    Panicked,
    Dropped,
}

/// The notes of each task, with the time in milliseconds.
pub(crate) type Log = Vec<Vec<(u64, Note)>>;

/// A whole graph.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) main: Script,
    pub(crate) tasks: usize,
    /// For each mailbox: nobody will send, and this is known.
    pub(crate) closed: Vec<bool>,
    /// After the main task, the others run to their end; or they are dropped.
    pub(crate) runs_on: bool,
}

impl Script {
    /// The time after a beat at which it may end others.
    pub(crate) fn off_beat(&self) -> u64 {
        self.depth + 1
    }
}

/// The mailboxes to which these would send.
pub(crate) fn mailboxes(ops: &VecDeque<Op>) -> Vec<usize> {
    let of = |op: &Op| match op {
        Op::Send(mailbox) => vec![*mailbox],
        Op::Spawn(child) => mailboxes(&child.ops),
        _ => Vec::new(),
    };
    ops.iter().flat_map(of).collect()
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

struct Planner {
    random: Random,
    tasks: usize,
    mailboxes: usize,
    unsent: Vec<usize>,
    unreceived: Vec<usize>,
}

impl Plan {
    /// The graph of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let random = Random(seed);
        let (unsent, unreceived) = (Vec::new(), Vec::new());
        let mut planner = Planner { random, tasks: 0, mailboxes: 0, unsent, unreceived };
        let main = planner.script(0);
        // Now and then somebody waits for ever.
        let waits = planner.random.below(4) == 0;
        let closed = (0..planner.mailboxes).map(|it| !waits && planner.unsent.contains(&it));
        let closed = closed.collect();
        Self { main, tasks: planner.tasks, closed, runs_on: planner.random.below(2) == 0 }
    }
}

impl Planner {
    fn script(&mut self, depth: u64) -> Script {
        let id = self.tasks;
        self.tasks += 1;
        let length = if depth == 0 { 12 } else { self.random.below(7) };
        let ops = (0..length).map(|_| self.op(depth)).collect();
        Script { id, depth, ops, panics: self.random.below(6) == 0 }
    }

    fn op(&mut self, depth: u64) -> Op {
        match self.random.below(16) {
            0..=2 => Op::Sleep(self.random.below(5)),
            3 => Op::Yield,
            4..=8 if depth < 4 => Op::Spawn(self.script(depth + 1)),
            4..=9 => Op::Await,
            10 => Op::Cancel,
            11 => Op::Detach,
            12 | 13 => Op::Send(self.other_end(true)),
            14 => Op::Receive(self.other_end(false)),
            _ => Op::ReceiveWithin(self.other_end(false), self.random.below(4)),
        }
    }

    /// A mailbox that has only the other end so far; if there is none, a new one.
    fn other_end(&mut self, sends: bool) -> usize {
        let count = if sends { &self.unsent } else { &self.unreceived }.len() as u64;
        let chosen = if count == 0 { 0 } else { self.random.below(count) as usize };
        let (with_other, with_this) = if sends {
            (&mut self.unsent, &mut self.unreceived)
        } else {
            (&mut self.unreceived, &mut self.unsent)
        };
        if count == 0 {
            with_this.push(self.mailboxes);
            self.mailboxes += 1;
            self.mailboxes - 1
        } else {
            with_other.swap_remove(chosen)
        }
    }
}
