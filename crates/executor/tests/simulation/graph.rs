//! A [`Plan`], run by a simulation.

use super::common::yield_now;
use super::model::Outcome;
use super::plan::{BEAT, How, IMPATIENT, Log, Note, Op, Plan, Script, mailboxes};
use executor::{
    Simulation, SimulationError, SimulationSpawner, Task, TaskError, sleep, sleep_until, timeout,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

struct Run {
    spawner: SimulationSpawner,
    start: Instant,
    log: RefCell<Log>,
    last: Cell<u64>,
    mailboxes: Vec<Mailbox>,
    /// The tasks in the order in which they were spawned.
    ids: RefCell<Vec<usize>>,
    /// Each future and each output that was not dropped has one.
    token: Rc<()>,
}

#[derive(Default)]
struct Mailbox {
    closed: Cell<bool>,
    letter: Cell<Option<u64>>,
    waker: RefCell<Option<Waker>>,
}

struct Output {
    sum: u64,
    _token: Rc<()>,
}

/// A task's future has one from the beginning to its drop.
struct Life {
    run: Rc<Run>,
    script: Script,
    how: Cell<How>,
    _token: Rc<()>,
}

/// Run it. Also the trace.
pub(crate) fn run(plan: &Plan, seed: u64) -> (Outcome, Vec<u32>) {
    let simulation = Simulation::new(seed);
    let run = Rc::new(Run {
        spawner: simulation.spawner(),
        start: simulation.now(),
        log: RefCell::new(vec![Vec::new(); plan.tasks]),
        last: Cell::new(0),
        mailboxes: plan.closed.iter().map(|closed| Mailbox::new(*closed)).collect(),
        ids: RefCell::new(vec![0]),
        token: Rc::new(()),
    });
    let main = live(run.life(plan.main.clone()));
    let result = catch_unwind(AssertUnwindSafe(|| simulation.block_on(main)));
    let (mut stuck, main) = match result {
        Ok(Ok(output)) => (None, How::Returned(output.sum)),
        Ok(Err(error)) => (Some(error), How::Dropped),
        Err(payload) => {
            assert_eq!(payload.downcast_ref(), Some(&0_usize));
            (None, How::Panicked)
        }
    };
    if stuck.is_none() && plan.runs_on {
        stuck = simulation.run().err();
    }
    let (trace, end) = (simulation.trace(), run.now());
    assert_eq!(simulation.elapsed(), Duration::from_millis(end));
    drop(simulation);
    // Nothing was dropped less than once. More than once, Miri would say.
    assert_eq!(Rc::strong_count(&run.token), 1);
    let stuck = stuck.map(|error| run.waiting(error, seed));
    let log = run.log.take();
    (Outcome { log, main, stuck, end }, trace)
}

impl Run {
    fn now(&self) -> u64 {
        u64::try_from((self.spawner.now() - self.start).as_millis()).unwrap()
    }

    fn note(&self, id: usize, note: Note) {
        let now = self.now();
        assert!(self.last.replace(now) <= now, "time goes back");
        self.log.borrow_mut()[id].push((now, note));
    }

    /// The tasks that wait, by their places in the plan.
    fn waiting(&self, error: SimulationError, expected: u64) -> Vec<usize> {
        let SimulationError::Deadlock { seed, waiting, .. } = error else { panic!("{error}") };
        assert_eq!(seed, expected);
        assert!(waiting.iter().all(|task| task.spawned_at.file().ends_with("graph.rs")));
        let ids = self.ids.borrow();
        let mut waiting: Vec<_> = waiting.iter().map(|task| ids[task.number as usize]).collect();
        waiting.sort_unstable();
        waiting
    }

    fn life(self: &Rc<Self>, script: Script) -> Life {
        let _token = self.token.clone();
        Life { run: self.clone(), script, how: Cell::new(How::Dropped), _token }
    }

    fn spawn(self: &Rc<Self>, script: Script) -> (usize, Task<Output>) {
        let id = script.id;
        self.ids.borrow_mut().push(id);
        (id, self.spawner.spawn(live(self.life(script))))
    }

    /// Wait for the next beat, unless this is one.
    async fn beat(&self) {
        let next = self.now().next_multiple_of(BEAT);
        sleep_until(self.start + Duration::from_millis(next)).await;
    }
}

impl Mailbox {
    fn new(closed: bool) -> Self {
        Self { closed: Cell::new(closed), ..Self::default() }
    }

    fn send(&self, letter: Option<u64>) {
        self.closed.set(true);
        self.letter.set(letter);
        let waker = self.waker.take();
        waker.into_iter().for_each(Waker::wake);
    }

    async fn receive(&self) -> Option<u64> {
        poll_fn(|cx| {
            if self.closed.get() {
                return Poll::Ready(self.letter.get());
            }
            self.waker.replace(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.run.note(self.script.id, Note::Ended(self.how.get()));
        for mailbox in mailboxes(&self.script.ops) {
            self.run.mailboxes[mailbox].send(None);
        }
    }
}

async fn live(mut life: Life) -> Output {
    let ms = Duration::from_millis;
    let (run, id) = (life.run.clone(), life.script.id);
    let off_beat = ms(life.script.off_beat());
    let mut sum = 0;
    let mut handles = VecDeque::<(usize, Task<Output>)>::new();
    while let Some(op) = life.script.ops.pop_front() {
        let note = match op {
            Op::Sleep(beats) => {
                sleep(ms(beats * BEAT)).await;
                None
            }
            Op::Yield => {
                yield_now().await;
                None
            }
            Op::Spawn(child) => {
                handles.push_back(run.spawn(child));
                None
            }
            Op::Detach => {
                match handles.pop_front() {
                    Some((child, task)) if child % 2 == 0 => task.detach(),
                    Some((_, task)) => drop(task.into_handle()),
                    None => {}
                }
                None
            }
            Op::Send(mailbox) => {
                run.mailboxes[mailbox].send(Some(sum + mailbox as u64));
                None
            }
            Op::Await => match handles.pop_front() {
                Some((child, task)) => Some(saw(child, task.await, &mut sum)),
                None => None,
            },
            Op::Cancel => match handles.pop_front() {
                Some((child, mut task)) => {
                    sleep(off_beat).await;
                    Some(saw(child, task.cancel().await, &mut sum))
                }
                None => None,
            },
            Op::Receive(mailbox) => {
                let letter = run.mailboxes[mailbox].receive().await;
                sum += letter.unwrap_or(0);
                Some(Note::Got(mailbox, letter))
            }
            Op::ReceiveWithin(mailbox, beats) => {
                let patience = ms(beats * BEAT + IMPATIENT);
                match timeout(patience, run.mailboxes[mailbox].receive()).await {
                    Ok(letter) => {
                        sum += letter.unwrap_or(0);
                        Some(Note::Got(mailbox, letter))
                    }
                    Err(_) => Some(Note::Elapsed(mailbox)),
                }
            }
        };
        run.beat().await;
        note.into_iter().for_each(|note| run.note(id, note));
    }
    if life.script.panics || !handles.is_empty() || id == 0 {
        sleep(off_beat).await;
    }
    if life.script.panics {
        life.how.set(How::Panicked);
        // Without the message of `panic!`.
        resume_unwind(Box::new(id));
    }
    life.how.set(How::Returned(sum));
    Output { sum, _token: run.token.clone() }
}

fn saw(child: usize, result: Result<Output, TaskError>, sum: &mut u64) -> Note {
    let how = match result {
        Ok(output) => {
            *sum += output.sum;
            How::Returned(output.sum)
        }
        Err(TaskError::Panicked(payload)) => {
            assert_eq!(payload.into_inner().downcast_ref(), Some(&child));
            How::Panicked
        }
        Err(_) => How::Dropped,
    };
    Note::Saw(child, how)
}
