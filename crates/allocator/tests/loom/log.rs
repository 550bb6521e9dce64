//! The event log: what the threads saw is what they see in some order of their calls on a plain queue; and
//! for each order there is a run in which they see it.
//!
//! A call has the steps that its docs tell of. One that records takes a place in the queue, and later its event
//! is there: in between others may record behind it, and find the log full; who drains comes to an end before
//! it. One that drains looks where the queue ends now, and then takes event after event up to there.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use allocator::log::{Event, EventLog, Kind};
use loom::thread;

#[derive(Clone, Copy, Debug)]
enum Call {
    Record(usize),
    Drain,
}

/// What a call answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Recorded(bool),
    Drained(Vec<usize>),
}

/// The answers by thread; then what was left, and how many were lost.
type Outcome = (Vec<Vec<Answer>>, Vec<usize>, usize);

/// What a thread is in the middle of.
#[derive(Clone)]
enum Begun {
    Nothing,
    Recording(usize),
    /// Up to the event of this number; what was taken so far.
    Draining(usize, Vec<usize>),
}

/// A plain queue, and what is left to do on it.
#[derive(Clone)]
struct Plain<'a> {
    left: Vec<&'a [Call]>,
    begun: Vec<Begun>,
    /// Events, and whether they are there yet.
    queue: VecDeque<(usize, bool)>,
    /// How many were taken out of it.
    taken: usize,
    answers: Vec<Vec<Answer>>,
    lost: usize,
}

impl Plain<'_> {
    /// The next step of a thread. False if it has none left.
    fn step(&mut self, id: usize, room: usize) -> bool {
        match std::mem::replace(&mut self.begun[id], Begun::Nothing) {
            Begun::Nothing => {}
            Begun::Recording(value) => {
                let event = self.queue.iter_mut().find(|it| it.0 == value).unwrap();
                event.1 = true;
                self.answers[id].push(Answer::Recorded(true));
                return true;
            }
            Begun::Draining(end, mut values) => {
                match self.queue.front() {
                    Some(&(value, true)) if self.taken < end => {
                        self.queue.pop_front();
                        self.taken += 1;
                        values.push(value);
                        self.begun[id] = Begun::Draining(end, values);
                    }
                    _ => self.answers[id].push(Answer::Drained(values)),
                }
                return true;
            }
        }
        let Some((&call, rest)) = self.left[id].split_first() else { return false };
        self.left[id] = rest;
        match call {
            Call::Record(value) if self.queue.len() < room => {
                self.queue.push_back((value, false));
                self.begun[id] = Begun::Recording(value);
            }
            Call::Record(_) => {
                self.lost += 1;
                self.answers[id].push(Answer::Recorded(false));
            }
            Call::Drain => {
                self.begun[id] = Begun::Draining(self.taken + self.queue.len(), Vec::new());
            }
        }
        true
    }

    fn go_on(&self, room: usize, found: &mut BTreeSet<Outcome>) {
        let mut is_over = true;
        for id in 0..self.left.len() {
            let mut next = self.clone();
            if next.step(id, room) {
                is_over = false;
                next.go_on(room, found);
            }
        }
        if is_over {
            let queue = self.queue.iter().map(|it| it.0).collect();
            found.insert((self.answers.clone(), queue, self.lost));
        }
    }
}

/// Every order of the steps on a queue with room for `room`.
fn orders(room: usize, threads: &[&[Call]]) -> BTreeSet<Outcome> {
    let (left, count) = (threads.to_vec(), threads.len());
    let (begun, answers) = (vec![Begun::Nothing; count], vec![Vec::new(); count]);
    let mut found = BTreeSet::new();
    Plain { left, begun, queue: VecDeque::new(), taken: 0, answers, lost: 0 }
        .go_on(room, &mut found);
    found
}

/// Each field follows from `value`: an event that is torn does not fit itself.
fn event(value: usize) -> Event {
    Event { size: value, address: !value, thread: value as u32, ..Event::new(Kind::Alloc) }
}

fn drain<const N: usize>(log: &EventLog<N>) -> Vec<usize> {
    let mut values = Vec::new();
    let mut last = None;
    log.drain(|found| {
        let Event { sequence, lost, .. } = found;
        assert_eq!(found, Event { sequence, lost, ..event(found.size) }, "torn");
        assert!(last < Some(sequence), "in order");
        last = Some(sequence);
        values.push(found.size);
    });
    values
}

fn answer<const N: usize>(log: &EventLog<N>, call: Call) -> Answer {
    match call {
        Call::Record(value) => Answer::Recorded(log.record(event(value))),
        Call::Drain => Answer::Drained(drain(log)),
    }
}

/// Run each list of calls on a thread, in every order of steps that loom finds. What comes out must be what
/// an order on the plain queue gives, and of each of those the outcome must have come up.
///
/// Loom does not try every order (of an atomic it remembers the last access only), so each list has its turn at
/// being the one that begins; and while an outcome is missing, a thread lets others go first before one of its
/// calls.
fn check<const N: usize, const THREADS: usize>(lists: [&'static [Call]; THREADS]) {
    let expected = orders(N, &lists);
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let calls = (0..THREADS).flat_map(|id| (0..lists[id].len()).map(move |at| Some((id, at))));
    for lets_go in std::iter::once(None).chain(calls) {
        for first in 0..THREADS {
            if lets_go.is_none() || seen.lock().unwrap().len() < expected.len() {
                explore::<N, THREADS>(lists, first, lets_go, Arc::clone(&seen));
            }
        }
    }
    let seen = seen.lock().unwrap();
    for outcome in seen.difference(&expected) {
        panic!("no order explains {outcome:?}");
    }
    for outcome in expected.difference(&seen) {
        panic!("loom never came to {outcome:?}");
    }
}

fn explore<const N: usize, const THREADS: usize>(
    lists: [&'static [Call]; THREADS],
    first: usize,
    lets_go: Option<(usize, usize)>,
    seen: Arc<Mutex<BTreeSet<Outcome>>>,
) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        let log = loom::sync::Arc::new(EventLog::<N>::new());
        let work = move |log: &EventLog<N>, id: usize| {
            let mut answers = Vec::new();
            for (at, &call) in lists[id].iter().enumerate() {
                if lets_go == Some((id, at)) {
                    thread::yield_now();
                }
                answers.push(answer(log, call));
            }
            answers
        };
        let mut answers = vec![Vec::new(); THREADS];
        let others: Vec<_> = (1..THREADS)
            .map(|next| (first + next) % THREADS)
            .map(|id| {
                let log = log.clone();
                (id, thread::spawn(move || work(&log, id)))
            })
            .collect();
        answers[first] = work(&log, first);
        for (id, thread) in others {
            answers[id] = thread.join().unwrap();
        }
        let left = drain(&log);
        seen.lock().unwrap().insert((answers, left, log.lost()));
    });
}

/// The loser of the race for the only cell counts its event as lost.
#[test]
fn two_writers_one_cell_and_a_drainer() {
    check::<1, _>([&[Call::Drain], &[Call::Record(1)], &[Call::Record(2)]]);
}

/// A cell that is written, drained and written again: the second event is not mixed with the first, and is not
/// drained before it is there.
#[test]
fn a_cell_is_used_again() {
    check::<1, _>([&[Call::Drain, Call::Drain], &[Call::Record(1), Call::Record(2)]]);
}

/// A writer's events stay in its order, beside those of another.
#[test]
fn two_writers_two_cells() {
    check::<2, _>([&[Call::Record(1), Call::Record(2)], &[Call::Record(3)], &[Call::Drain]]);
}

/// Each event goes to one of them, and one that is there is not passed over because the other took the one
/// before.
#[test]
fn two_drainers() {
    check::<2, _>([&[Call::Record(1), Call::Record(2), Call::Drain], &[Call::Drain]]);
}
