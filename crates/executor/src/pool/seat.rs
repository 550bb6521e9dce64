//! What the others see of a worker.

use crate::metrics::Histogram;
use crate::parker::Parker;
use crate::ring::Ring;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, AtomicUsize};
use crate::sync::thread::Thread;
use crate::task::Header;
use crate::task::list::List;
use crate::timer::Timers;

/// On lines of its own, so that what one worker writes all the time does not slow another one down.
#[repr(align(128))]
pub(crate) struct Seat {
    /// One for each priority, the most urgent first.
    pub(super) rings: [Ring<Header>; 3],
    /// The tasks that waited here for the first time, and are not completed.
    pub(super) tasks: Mutex<List>,
    pub(super) parker: Parker,
    pub(super) timers: Timers,
    pub(super) counts: Counts,
}

/// What a worker counts. It alone writes.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) spawned: AtomicUsize,
    pub(super) ended: AtomicUsize,
    pub(super) polls: AtomicUsize,
    /// Whether it is at a task now.
    pub(super) polling: AtomicBool,
    pub(super) steals: AtomicUsize,
    pub(super) stolen: AtomicUsize,
    pub(super) parks: AtomicUsize,
    /// Taken from the injection queues, by priority.
    pub(super) taken: [AtomicUsize; 3],
    /// By [`Histogram::class`].
    pub(super) poll_times: [AtomicUsize; Histogram::CLASSES],
}

impl Counts {
    fn new() -> Self {
        let zero = || AtomicUsize::new(0);
        Self {
            spawned: zero(),
            ended: zero(),
            polls: zero(),
            polling: AtomicBool::new(false),
            steals: zero(),
            stolen: zero(),
            parks: zero(),
            taken: std::array::from_fn(|_| zero()),
            poll_times: std::array::from_fn(|_| zero()),
        }
    }
}

impl Seat {
    pub(super) fn new(thread: Thread) -> Self {
        Self {
            rings: [Ring::new(), Ring::new(), Ring::new()],
            tasks: Mutex::new(List::new()),
            parker: Parker::new(thread),
            timers: Timers::new(),
            counts: Counts::new(),
        }
    }
}
