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

impl Call {
    /// Whether a plain vector gives this answer.
    fn fits(self, vector: &mut Vec<u32>) -> bool {
        match self {
            Self::Push(value, index) => {
                vector.push(value);
                vector.len() == index + 1
            }
            Self::Pop(answer) => vector.pop() == answer,
            Self::Get(index, answer) => vector.get(index).copied() == answer,
        }
    }
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
    explained_from(&[], history)
}

fn explained_from(vector: &[u32], rest: &[Event]) -> bool {
    let Some(first_return) = rest.iter().map(|event| event.returned).min() else { return true };
    (0..rest.len()).any(|index| {
        let event = rest[index];
        // If another one had returned before this one was called, that one comes first.
        let may_come_first = event.called < first_return;
        let mut vector = vector.to_vec();
        let mut rest = rest.to_vec();
        rest.remove(index);
        may_come_first && event.call.fits(&mut vector) && explained_from(&vector, &rest)
    })
}
