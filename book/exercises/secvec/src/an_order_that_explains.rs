//! Exercise 4: a checker for a small history.
//!
//! Some threads used a vector, and each wrote down its calls: when it called, when the call returned, and
//! what came back. The vector was linearizable if there is an order of the calls that explains all answers
//! and keeps a call that had returned before another began before that one.

/// A call and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A push of this value; the index came back.
    Push(u32, usize),
    /// What a pop gave.
    Pop(Option<u32>),
    /// What a get of this index gave.
    Get(usize, Option<u32>),
}

/// When it was called, and when it returned. No two moments of a history are the same.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// What.
    pub call: Call,
    /// The moment of the call.
    pub called: u32,
    /// The moment at which it returned: later.
    pub returned: u32,
}

/// Whether some order explains the history, from an empty vector on.
#[must_use]
pub fn explained(history: &[Event]) -> bool {
    todo!("look for an order of {} calls", history.len())
}
