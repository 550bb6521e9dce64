//! The smallest executor: one future, on the thread that asks.

use crate::sync::thread;
use crate::waker::DriverRef;
#[cfg(not(loom))]
use std::cell::Cell;
use std::ops::Deref;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

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
/// One allocation for each thread, for the waker, and another one whenever a waker has outlived its `block_on`. A
/// wake is one atomic operation, and [`Thread::unpark`](std::thread::Thread::unpark) as well if the thread
/// is asleep; a wake by value is one more, for its reference.
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
    let own = Own::take();
    let mut context = Context::from_waker(&own.waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => own.driver.wait(),
        }
    }
}

/// What a thread waits with. It keeps one for its next `block_on`.
struct Own {
    driver: DriverRef,
    waker: Waker,
}

#[cfg(not(loom))]
std::thread_local! {
    static KEPT: Cell<Option<Own>> = const { Cell::new(None) };
}

impl Own {
    /// The one that was kept, or a new one: there is none in a `block_on` inside another, nor when the thread ends.
    #[cfg(not(loom))]
    fn take() -> Lent {
        Lent(KEPT.try_with(Cell::take).ok().flatten().or_else(|| Some(Self::new())))
    }

    #[cfg(loom)]
    fn take() -> Lent {
        Lent(Some(Self::new()))
    }

    fn new() -> Self {
        let driver = DriverRef::new(thread::current());
        let waker = driver.waker();
        Self { driver, waker }
    }
}

/// It goes back when it is dropped, also when the future panics.
struct Lent(
    /// Some until the drop.
    Option<Own>,
);

impl Deref for Lent {
    type Target = Own;

    fn deref(&self) -> &Own {
        match &self.0 {
            Some(own) => own,
            None => unreachable!("it is not dropped"),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(own) = self.0.take() else { return };
        own.driver.timers.clear();
        // Whoever still has a waker of this one would wake the next `block_on` for nothing.
        #[cfg(not(loom))]
        if own.driver.is_only(&own.waker) {
            let _ = KEPT.try_with(|kept| kept.set(Some(own)));
        }
    }
}
