//! The smallest executor: one future, on the thread that asks.

use crate::sync::thread;
use crate::waker::DriverRef;
use std::pin::pin;
use std::task::{Context, Poll};

/// Run `future` to its end on this thread and return its output.
///
/// Between two polls the thread sleeps. It wakes for the future's waker, from whichever thread, and
/// for the deadlines of [`sleep`](crate::sleep); a wake that comes before the sleep is not lost,
/// even if the future parks this thread for reasons of its own.
///
/// A `block_on` inside a `block_on` works. It blocks the outer one meanwhile, as any blocking call
/// would; so does a `block_on` inside a task of an [`Executor`](crate::Executor).
///
/// # Cost
///
/// One allocation, for the waker. A wake is one atomic operation, and the first since the last sleep
/// is [`Thread::unpark`](std::thread::Thread::unpark) as well; a wake by value is one more, for its
/// reference.
///
/// # Panics
///
/// If the future does: the panic passes through.
///
/// # Examples
///
/// ```
/// assert_eq!(executor::block_on(async { 6 * 7 }), 42);
/// ```
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let driver = ClearsTimers(DriverRef::new(thread::current()));
    let waker = driver.0.waker();
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => driver.0.wait(),
        }
    }
}

/// Also when the future panics.
struct ClearsTimers(DriverRef);

impl Drop for ClearsTimers {
    fn drop(&mut self) {
        self.0.timers.clear();
    }
}
