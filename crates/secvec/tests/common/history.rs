//! Running a plan on real threads, with the moment of each call and of each return.

use std::fmt;
use std::hint;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::call::{Answer, Call};
use super::plan::{Pause, Plan, Step};
use super::subject::{self, Subject};

/// A call that has returned.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) thread: usize,
    pub(crate) call: Call,
    pub(crate) answer: Answer,
    /// The moments of [`Clock`]. What happened in between lay in between.
    pub(crate) called: u64,
    pub(crate) returned: u64,
}

/// All that happened to one vector.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// What it was before the threads began.
    pub(crate) start: Vec<u32>,
    /// The events of each thread, in its order.
    pub(crate) threads: Vec<Vec<Event>>,
    /// The seed of its plan.
    pub(crate) seed: u64,
}

impl History {
    /// How many calls there were.
    pub(crate) fn calls(&self) -> usize {
        self.threads.iter().map(Vec::len).sum()
    }

    /// Whether two calls ran at the same time. If not, the history says little.
    pub(crate) fn overlaps(&self) -> bool {
        let mut spans: Vec<(u64, u64)> =
            self.threads.iter().flatten().map(|event| (event.called, event.returned)).collect();
        spans.sort_unstable();
        spans.windows(2).any(|pair| pair[1].0 < pair[0].1)
    }
}

/// Numbers the moments, the same for all threads.
///
/// Each reading is a read-modify-write of one atomic, so each has a number of its own. With `AcqRel`
/// a smaller number *happens before* a greater one: if a call returned at 5 and another began at 6,
/// the second must see all that the first did, and the checker may demand it. The other way round
/// nothing is lost but precision: the reading comes a little before the call and a little after the
/// return, so two calls that just missed each other may seem to overlap, which the checker forgives.
///
/// That the clock orders the threads is also its price: it hides what a vector would do wrong for
/// want of an ordering of its own. So there are plans without a clock. There only the order within
/// each thread counts, which a linearizable vector must explain just as well.
#[derive(Debug, Default)]
struct Clock(AtomicU64);

impl Clock {
    fn tick(&self) -> u64 {
        // AcqRel: pairs with itself, as said above.
        self.0.fetch_add(1, Ordering::AcqRel)
    }
}

/// Where threads wait for each other without sleeping: a call takes some nanoseconds, and waking a
/// thread takes thousands.
#[derive(Debug)]
struct Meeting {
    threads: usize,
    arrived: AtomicUsize,
}

impl Meeting {
    /// Return when all threads have come for the `round`th time.
    fn wait(&self, round: usize) {
        // Release and Acquire: what a thread did before is done for all.
        self.arrived.fetch_add(1, Ordering::AcqRel);
        let mut looks = 0_u32;
        while self.arrived.load(Ordering::Acquire) < (round + 1) * self.threads {
            looks += 1;
            // There may be fewer processors than threads.
            if looks.is_multiple_of(256) { thread::yield_now() } else { hint::spin_loop() }
        }
    }
}

/// If a thread panics the others must not wait for it.
struct Attendance<'a> {
    meeting: &'a Meeting,
    seed: u64,
}

impl Drop for Attendance<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("this was in the history of seed {}", self.seed);
            self.meeting.arrived.fetch_add(usize::MAX / 16, Ordering::AcqRel);
        }
    }
}

/// Run the plans, each on a vector of its own.
pub(crate) fn record<S: Subject>(plans: &[Plan]) -> Vec<History> {
    let mut histories = Vec::new();
    for threads in THREADS {
        let group: Vec<&Plan> = plans.iter().filter(|it| it.threads.len() == threads).collect();
        histories.extend(record_group::<S>(threads, &group));
    }
    histories
}

/// How many threads a plan may have.
pub(crate) const THREADS: Range<usize> = 2..5;

/// One after the other, on the same threads: starting a thread takes longer than a history.
fn record_group<S: Subject>(threads: usize, plans: &[&Plan]) -> Vec<History> {
    let vectors: Vec<S> = plans.iter().map(|plan| subject::with(&plan.start)).collect();
    let meeting = Meeting { threads, arrived: AtomicUsize::new(0) };
    let clock = Clock::default();
    let work = |thread: usize| {
        let mut events = Vec::with_capacity(plans.len());
        for (round, (plan, vector)) in plans.iter().zip(&vectors).enumerate() {
            let _attendance = Attendance { meeting: &meeting, seed: plan.seed };
            let clock = plan.clock.then_some(&clock);
            // What can be done before they meet is done before.
            let mut answers = Vec::with_capacity(plan.threads[thread].len());
            let mut stops = plan.stops_inside(thread);
            S::at_each_point(move || stops.take());
            meeting.wait(round);
            run(vector, &plan.threads[thread], clock, &mut answers);
            events.push(answers);
        }
        events
    };
    let mut answers: Vec<_> = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|it| it.join().unwrap().into_iter()).collect()
    });
    let mut history = |plan: &&Plan| {
        let events = answers.iter_mut().zip(&plan.threads).enumerate();
        let events = events.map(|(thread, (answers, steps))| {
            let event = |(step, (answer, called, returned)): (&Step, _)| {
                let call = step.call.clone();
                Event { thread, call, answer, called, returned }
            };
            steps.iter().zip(answers.next().unwrap()).map(event).collect()
        });
        History { start: plan.start.clone(), threads: events.collect(), seed: plan.seed }
    };
    plans.iter().map(&mut history).collect()
}

/// What one thread does.
fn run<S: Subject>(
    vector: &S,
    steps: &[Step],
    clock: Option<&Clock>,
    answers: &mut Vec<(Answer, u64, u64)>,
) {
    for Step { pause, call } in steps {
        pause.take();
        let called = clock.map_or(0, Clock::tick);
        let answer = call.on(vector);
        let returned = clock.map_or(u64::MAX, Clock::tick);
        answers.push((answer, called, returned));
    }
}

impl Pause {
    pub(crate) fn take(&self) {
        match *self {
            Self::None => {}
            Self::Spin(steps) => (0..steps).for_each(|_| hint::spin_loop()),
            Self::Yield => thread::yield_now(),
            Self::Sleep(micros) => thread::sleep(Duration::from_micros(micros.into())),
        }
    }
}

impl fmt::Display for History {
    /// A line for each call.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}; the vector began as {:?}", self.seed, self.start)?;
        let mut events: Vec<&Event> = self.threads.iter().flatten().collect();
        if events.iter().any(|event| event.returned == u64::MAX) {
            writeln!(f, "  (without a clock: only the order within each thread counts)")?;
            for event in events {
                writeln!(f, "  thread {}: {} = {}", event.thread, event.call, event.answer)?;
            }
            return Ok(());
        }
        events.sort_by_key(|event| event.called);
        let zero = events.first().map_or(0, |event| event.called);
        writeln!(f, "  called  returned  thread  call = answer")?;
        for Event { thread, call, answer, called, returned } in events {
            let (called, returned) = (called - zero, returned - zero);
            writeln!(f, "  {called:>6}  {returned:>8}  {thread:>6}  {call} = {answer}")?;
        }
        Ok(())
    }
}
