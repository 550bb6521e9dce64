//! The smallest executor: one future, on the thread that asks.

use crate::sync::thread;
use crate::waker::DriverRef;
#[cfg(not(loom))]
use std::cell::Cell;
use std::ops::Deref;
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
    let driver = Lent::take();
    driver.with_waker(|waker| {
        let mut context = Context::from_waker(waker);
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(output) => return output,
                Poll::Pending => driver.wait(),
            }
        }
    })
}

#[cfg(not(loom))]
std::thread_local! {
    /// What a thread waits with. It is kept for the next `block_on`.
    static KEPT: Cell<Option<DriverRef>> = const { Cell::new(None) };
}

/// It goes back when it is dropped, also when the future panics.
struct Lent(
    /// Some until the drop.
    Option<DriverRef>,
);

impl Lent {
    /// The one that was kept, or a new one: there is none in a `block_on` inside another, nor when the thread ends.
    #[inline]
    fn take() -> Self {
        #[cfg(not(loom))]
        if let Ok(Some(kept)) = KEPT.try_with(Cell::take) {
            return Self(Some(kept));
        }
        Self(Some(DriverRef::new(thread::current())))
    }
}

impl Deref for Lent {
    type Target = DriverRef;

    #[inline]
    fn deref(&self) -> &DriverRef {
        match &self.0 {
            Some(driver) => driver,
            None => unreachable!("it is not dropped"),
        }
    }
}

impl Drop for Lent {
    #[inline]
    fn drop(&mut self) {
        let Some(driver) = self.0.take() else { return };
        driver.timers.clear();
        // Whoever still has a waker of this one would wake the next `block_on` for nothing.
        #[cfg(not(loom))]
        if driver.is_only() {
            let _ = KEPT.try_with(|kept| kept.set(Some(driver)));
        }
    }
}
