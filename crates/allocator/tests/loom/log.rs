//! The event log: what the threads saw is what they see in some order of their calls on a plain queue; and
//! for each order there is a run in which they see it.

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

/// Every order of the calls on a queue with room for `room`.
fn orders(room: usize, threads: &[&[Call]]) -> BTreeSet<Outcome> {
    fn go(
        room: usize,
        left: &mut [&[Call]],
        queue: &VecDeque<usize>,
        answers: &mut Vec<Vec<Answer>>,
        lost: usize,
        found: &mut BTreeSet<Outcome>,
    ) {
        if left.iter().all(|calls| calls.is_empty()) {
            found.insert((answers.clone(), queue.iter().copied().collect(), lost));
        }
        for id in 0..left.len() {
            let Some((&call, rest)) = left[id].split_first() else { continue };
            let before = std::mem::replace(&mut left[id], rest);
            let (mut queue, mut lost) = (queue.clone(), lost);
            answers[id].push(match call {
                Call::Record(value) => {
                    let fits = queue.len() < room;
                    if fits {
                        queue.push_back(value);
                    } else {
                        lost += 1;
                    }
                    Answer::Recorded(fits)
                }
                Call::Drain => Answer::Drained(queue.drain(..).collect()),
            });
            go(room, left, &queue, answers, lost, found);
            answers[id].pop();
            left[id] = before;
        }
    }
    let mut found = BTreeSet::new();
    let answers = &mut vec![Vec::new(); threads.len()];
    go(room, &mut threads.to_vec(), &VecDeque::new(), answers, 0, &mut found);
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

/// The first thread is the model's own.
fn check<const N: usize>(threads: &'static [&'static [Call]]) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let collected = Arc::clone(&seen);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(4);
    builder.check(move || {
        let log = loom::sync::Arc::new(EventLog::<N>::new());
        let others: Vec<_> = threads[1..]
            .iter()
            .map(|calls| {
                let log = log.clone();
                thread::spawn(move || calls.iter().map(|&it| answer(&log, it)).collect::<Vec<_>>())
            })
            .collect();
        let own = threads[0].iter().map(|&it| answer(&log, it)).collect();
        let others = others.into_iter().map(|it| it.join().unwrap());
        let answers: Vec<Vec<Answer>> = std::iter::once(own).chain(others).collect();
        let left = drain(&log);
        collected.lock().unwrap().insert((answers, left, log.lost()));
    });
    let (seen, expected) = (seen.lock().unwrap(), orders(N, threads));
    for outcome in seen.difference(&expected) {
        panic!("no order explains {outcome:?}");
    }
    for outcome in expected.difference(&seen) {
        panic!("loom never came to {outcome:?}");
    }
}

/// The loser of the race for the only cell counts its event as lost.
#[test]
fn two_writers_one_cell_and_a_drainer() {
    check::<1>(&[&[Call::Drain], &[Call::Record(1)], &[Call::Record(2)]]);
}

/// A cell that is written, drained and written again: the second event is not mixed with the first, and is not
/// drained before it is there.
#[test]
fn a_cell_is_used_again() {
    check::<1>(&[&[Call::Drain, Call::Drain], &[Call::Record(1), Call::Record(2)]]);
}

/// A writer's events stay in its order, beside those of another.
#[test]
fn two_writers_two_cells() {
    check::<2>(&[&[Call::Record(1), Call::Record(2)], &[Call::Record(3)], &[Call::Drain]]);
}

/// Each event goes to one of them.
#[test]
fn two_drainers() {
    check::<2>(&[&[Call::Record(1), Call::Drain], &[Call::Drain]]);
}
