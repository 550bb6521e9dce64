//! A task: a future, its state and its result in one allocation.
//!
//! ```text
//!  Cell<F>
//! ┌─────────────────────────────────────────────┐ ◄── Task, Wakers, run queue, list of tasks
//! │ Header   state      bits and reference count│
//! │          vtable     what depends on F       │
//! │          scheduler  where a wake pushes     │
//! │          next       link of the run queue   │
//! │          links      links of the list       │
//! │          list       which list that is      │
//! │          awaiter    who waits for the Task  │
//! ├─────────────────────────────────────────────┤
//! │ Stage    the future, then its result,       │
//! │          then nothing                       │
//! └─────────────────────────────────────────────┘
//! ```
//!
//! Every pointer to it is a `NonNull<Header>`: nobody but the four functions of [`raw`] knows `F`.
//!
//! # Who may touch what
//!
//! 1. **The allocation** lives while one of its references does. The `Task` has one, each waker has
//!    one, the executor has one until it has completed the task. The run queue needs none of its
//!    own: a task in it is not completed, so the executor's is there.
//! 2. **The stage** belongs to whoever runs the task (rule 6). When COMPLETED comes, it belongs to the `Task` if
//!    HANDLE was set, and else stays with who ran it. At other times nobody touches it.
//! 3. **The right to push** the task belongs to whoever found ACTIVE clear and set it; with the push, `next` belongs
//!    to the queue, and with the pop to nobody. A new task counts as found so by `spawn`, and a task that was woken
//!    while it ran as found so by who ran it.
//! 4. **`list`** belongs to whoever runs the task. **`links`** are touched under the lock of the list that it
//!    names.
//! 5. **`awaiter`** belongs to the `Task` while AWAITER and COMPLETED are clear. If the step to
//!    COMPLETED finds AWAITER set, it belongs to who completed the task from then on, whatever
//!    becomes of the bit; if not, it stays the `Task`'s. But for the time in which a call of the
//!    `Task` has claimed the slot, a waker is in it only while AWAITER is set, or until who completed the
//!    task has taken it. So there is none in it when the allocation is freed.
//! 6. **A run** begins when somebody takes the task out of a run queue, and ends with `pause` or with COMPLETED.
//!    ACTIVE is set from the push to the end of the run, and stays set if the task is pushed again then. So the task
//!    is in one queue at most and in it once, and its future is polled and dropped by one thread at a time. The
//!    exceptions come when the queues are closed and the workers gone: then who tidies up runs each task that is
//!    left, by `seize`; and if a queue is closed when `spawn` pushes a new task, no worker ever has it, and `spawn`
//!    runs it so.
//! 7. Whoever pushes a task holds a reference of its own until the push has returned, since the
//!    thread that takes the task may finish it, and end, before that.

pub(crate) mod handle;
pub(crate) mod header;
pub(crate) mod list;
pub(crate) mod raw;
#[forbid(unsafe_code)]
pub(crate) mod state;
mod waker;

mod join;
mod options;
mod priority;

pub use handle::Task;
pub(crate) use header::{Header, TaskPtr};
pub use join::JoinHandle;
pub use options::TaskOptions;
pub use priority::Priority;
pub(crate) use waker::timers_of;
