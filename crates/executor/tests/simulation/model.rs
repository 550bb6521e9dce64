//! What must come of a [`Plan`]: worked out by a loop over all tasks, without futures, wakers or queues.

use super::plan::{BEAT, How, IMPATIENT, Log, Note, Op, Plan, Script, mailboxes};
use std::collections::VecDeque;

/// What came of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) log: Log,
    /// How the main task ended.
    pub(crate) main: How,
    /// The tasks that waited when nothing could go on, if that happened.
    pub(crate) stuck: Option<Vec<usize>>,
    /// When the last task ended.
    pub(crate) end: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Mailbox {
    Empty,
    Letter(u64),
    Closed,
}

struct Task {
    script: Script,
    handles: VecDeque<usize>,
    sum: u64,
    /// It sleeps until then.
    until: u64,
    /// It may do something off the beat.
    strikes: bool,
    patience: Option<u64>,
    /// To be noted on the next beat.
    note: Option<Note>,
    how: Option<How>,
}

struct Model {
    now: u64,
    tasks: Vec<Option<Task>>,
    mailboxes: Vec<Mailbox>,
    log: Log,
}

/// Work it out.
pub(crate) fn outcome(plan: &Plan) -> Outcome {
    let state = |closed: &bool| if *closed { Mailbox::Closed } else { Mailbox::Empty };
    let mut model = Model {
        now: 0,
        tasks: (0..plan.tasks).map(|_| None).collect(),
        mailboxes: plan.closed.iter().map(state).collect(),
        log: vec![Vec::new(); plan.tasks],
    };
    model.start(plan.main.clone());
    let mut stuck = !model.go_on(|model| model.how(0).is_some());
    if !stuck && plan.runs_on {
        stuck = !model.go_on(|model| model.living().is_empty());
    }
    let stuck = stuck.then(|| model.living());
    model.living().into_iter().for_each(|id| model.end(id, How::Dropped));
    let main = model.how(0).unwrap();
    Outcome { log: model.log, main, stuck, end: model.now }
}

impl Model {
    fn start(&mut self, script: Script) {
        let id = script.id;
        self.tasks[id] = Some(Task {
            script,
            handles: VecDeque::new(),
            sum: 0,
            until: 0,
            strikes: false,
            patience: None,
            note: None,
            how: None,
        });
    }

    fn how(&self, id: usize) -> Option<How> {
        self.tasks[id].as_ref()?.how
    }

    /// Those that have started and not ended.
    fn living(&self) -> Vec<usize> {
        let lives = |id: &usize| self.tasks[*id].is_some() && self.how(*id).is_none();
        (0..self.tasks.len()).filter(lives).collect()
    }

    /// Until it is `done`. `false`: it never is.
    fn go_on(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        loop {
            let mut moved = true;
            while moved {
                moved = false;
                for id in self.living() {
                    while self.how(id).is_none() && self.step(id) {
                        moved = true;
                    }
                }
            }
            if done(self) {
                return true;
            }
            let times = self.living().into_iter().flat_map(|id| {
                let task = self.tasks[id].as_ref().unwrap();
                [Some(task.until), task.patience]
            });
            let Some(next) = times.flatten().filter(|time| *time > self.now).min() else {
                return false;
            };
            self.now = next;
        }
    }

    /// A step of a task. `false`: it waits.
    fn step(&mut self, id: usize) -> bool {
        let now = self.now;
        let task = self.tasks[id].as_mut().unwrap();
        if now < task.until {
            return false;
        }
        let op = task.script.ops.front();
        let waits = matches!(op, Some(Op::Await | Op::Receive(_) | Op::ReceiveWithin(..)));
        let waits = waits && task.note.is_none();
        let may_go_on = now.is_multiple_of(BEAT) || task.strikes || waits;
        if !may_go_on {
            task.until = now.next_multiple_of(BEAT);
            return false;
        }
        if let Some(note) = task.note.take() {
            self.log[id].push((now, note));
            return true;
        }
        let off_beat = now - now % BEAT + task.script.off_beat();
        match op {
            None => {
                let ends_others = task.script.panics || !task.handles.is_empty() || id == 0;
                if ends_others && !task.strikes {
                    (task.until, task.strikes) = (off_beat, true);
                    return false;
                }
                let how = if task.script.panics { How::Panicked } else { How::Returned(task.sum) };
                self.end(id, how);
                return true;
            }
            Some(Op::Cancel) if !task.handles.is_empty() => {
                if !task.strikes {
                    (task.until, task.strikes) = (off_beat, true);
                    return false;
                }
                task.strikes = false;
                let child = task.handles.pop_front().unwrap();
                if self.how(child).is_none() {
                    self.end(child, How::Dropped);
                }
                self.saw(id, child);
            }
            Some(Op::Await) if !task.handles.is_empty() => {
                let child = task.handles[0];
                if self.how(child).is_none() {
                    return false;
                }
                self.tasks[id].as_mut().unwrap().handles.pop_front();
                self.saw(id, child);
            }
            Some(&Op::Receive(mailbox)) => {
                if !self.receive(id, mailbox) {
                    return false;
                }
            }
            Some(&Op::ReceiveWithin(mailbox, beats)) => {
                let patience = *task.patience.get_or_insert(now + beats * BEAT + IMPATIENT);
                if !self.receive(id, mailbox) {
                    if now < patience {
                        return false;
                    }
                    self.tasks[id].as_mut().unwrap().note = Some(Note::Elapsed(mailbox));
                }
                self.tasks[id].as_mut().unwrap().patience = None;
            }
            Some(&Op::Send(mailbox)) => {
                self.mailboxes[mailbox] = Mailbox::Letter(task.sum + mailbox as u64);
            }
            Some(Op::Spawn(child)) => {
                let child = child.clone();
                task.handles.push_back(child.id);
                self.start(child);
            }
            Some(&Op::Sleep(beats)) => task.until = now + beats * BEAT,
            Some(Op::Detach) => {
                task.handles.pop_front();
            }
            Some(Op::Yield | Op::Await | Op::Cancel) => {}
        }
        self.tasks[id].as_mut().unwrap().script.ops.pop_front();
        true
    }

    fn saw(&mut self, id: usize, child: usize) {
        let how = self.how(child).unwrap();
        let task = self.tasks[id].as_mut().unwrap();
        if let How::Returned(sum) = how {
            task.sum += sum;
        }
        task.note = Some(Note::Saw(child, how));
    }

    fn receive(&mut self, id: usize, mailbox: usize) -> bool {
        let task = self.tasks[id].as_mut().unwrap();
        let letter = match self.mailboxes[mailbox] {
            Mailbox::Empty => return false,
            Mailbox::Letter(letter) => Some(letter),
            Mailbox::Closed => None,
        };
        task.sum += letter.unwrap_or(0);
        task.note = Some(Note::Got(mailbox, letter));
        true
    }

    /// With the task end its children, and the mailboxes that it would have sent to are closed.
    fn end(&mut self, id: usize, how: How) {
        let task = self.tasks[id].as_mut().unwrap();
        if task.how.is_some() {
            return;
        }
        task.how = Some(how);
        self.log[id].push((self.now, Note::Ended(how)));
        let handles = std::mem::take(&mut task.handles);
        for mailbox in mailboxes(&std::mem::take(&mut task.script.ops)) {
            self.mailboxes[mailbox] = Mailbox::Closed;
        }
        handles.into_iter().for_each(|child| self.end(child, How::Dropped));
    }
}
