//! Whether a history is linearizable: whether some order of its calls, one after the other, gives
//! each of them the answer that it got, and keeps every call behind those that had returned before
//! it began.
//!
//! The search is Wing and Gong's (*Testing and Verifying Concurrent Objects*, 1993): take a call that
//! may come first, try it on the model, go on with the rest, and go back if that leads nowhere.
//! It never tries the same rest on the same state of the model twice (Lowe, *Testing for
//! Linearizability*, 2017; Horn and Kroening, 2015): that is what makes it fast enough.
//! A thread's calls come one after the other, so what is done is a number for each thread.

use std::collections::BTreeSet;
use std::fmt;

use super::history::{Event, History};

/// No order explains the history.
#[derive(Debug)]
pub(crate) struct Violation<'a> {
    history: &'a History,
    /// As far as any order came.
    longest: Vec<&'a Event>,
    /// What the vector would have been then.
    state: Vec<u32>,
}

/// Look for an order of the calls that explains all answers.
pub(crate) fn check(history: &History) -> Result<(), Violation<'_>> {
    let mut search = Search {
        history,
        tried: BTreeSet::new(),
        order: Vec::new(),
        longest: Vec::new(),
        state: history.start.clone(),
    };
    if search.explains(&vec![0; history.threads.len()], &history.start) {
        Ok(())
    } else {
        Err(Violation { history, longest: search.longest, state: search.state })
    }
}

struct Search<'a> {
    history: &'a History,
    /// How many calls of each thread were done, and what the vector was: from there it goes wrong.
    tried: BTreeSet<(Vec<usize>, Vec<u32>)>,
    order: Vec<&'a Event>,
    longest: Vec<&'a Event>,
    state: Vec<u32>,
}

impl<'a> Search<'a> {
    /// Whether the calls after the first `done[thread]` of each thread can follow on `state`.
    fn explains(&mut self, done: &[usize], state: &[u32]) -> bool {
        let threads = &self.history.threads;
        let next = |thread: usize| threads[thread].get(done[thread]);
        let Some(first_return) =
            (0..threads.len()).filter_map(next).map(|event| event.returned).min()
        else {
            return true;
        };
        if !self.tried.insert((done.to_vec(), state.to_vec())) {
            return false;
        }
        for thread in 0..threads.len() {
            // One that was called after another had returned does not come before it.
            let Some(event) = next(thread).filter(|event| event.called <= first_return) else {
                continue;
            };
            let mut state = state.to_vec();
            if event.call.on_vec(&mut state) != event.answer {
                continue;
            }
            self.order.push(event);
            if self.order.len() > self.longest.len() {
                self.longest.clone_from(&self.order);
                self.state.clone_from(&state);
            }
            let mut done = done.to_vec();
            done[thread] += 1;
            if self.explains(&done, &state) {
                return true;
            }
            self.order.pop();
        }
        false
    }
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no order of these calls explains their answers\n{}", self.history)?;
        writeln!(f, "the longest order that explains some of them:")?;
        for event in &self.longest {
            writeln!(f, "  thread {}: {} = {}", event.thread, event.call, event.answer)?;
        }
        writeln!(f, "then it is {:?}, and no other call fits", self.state)
    }
}
