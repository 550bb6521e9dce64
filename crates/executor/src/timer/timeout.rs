//! A future that may take only so long.

use super::sleep::{Sleep, sleep, sleep_until};
use pin_project_lite::pin_project;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

pin_project! {
    /// A future with a deadline. Made by [`timeout`] and [`timeout_at`].
    ///
    /// Gives the future's output, or [`Elapsed`] if the deadline came first. The future is polled
    /// first: if it is ready, it is in time. It is dropped with the `Timeout`, not at the deadline.
    ///
    /// A future that does not give its thread back, cannot be stopped by this.
    #[must_use = "a future does nothing unless it is awaited"]
    #[derive(Debug)]
    pub struct Timeout<F> {
        #[pin]
        future: F,
        sleep: Sleep,
    }
}

impl<F> Timeout<F> {
    /// The deadline; `None` if that is later than the clock can say, that is, never.
    pub fn deadline(&self) -> Option<Instant> {
        self.sleep.deadline()
    }

    /// The future.
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// The future.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.future
    }

    /// The future, from now on without a deadline.
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        Pin::new(this.sleep).poll(cx).map(|()| Err(Elapsed(())))
    }
}

/// The deadline of a [`Timeout`] has passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for std::io::Error {
    fn from(elapsed: Elapsed) -> Self {
        Self::new(std::io::ErrorKind::TimedOut, elapsed)
    }
}

/// Let `future` run for `duration` at most, counted from this call.
///
/// A duration that takes the clock past its end never passes.
///
/// # Examples
///
/// ```
/// use executor::{block_on, sleep, timeout};
/// use std::time::Duration;
///
/// let [long, short] = [3_600_000, 20].map(Duration::from_millis);
/// assert_eq!(block_on(timeout(long, async { 7 })), Ok(7));
/// let elapsed = block_on(timeout(short, sleep(long))).unwrap_err();
/// assert_eq!(elapsed.to_string(), "the deadline has passed");
/// ```
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout { future: future.into_future(), sleep: sleep(duration) }
}

/// Let `future` run until `deadline` at most.
///
/// # Examples
///
/// ```
/// use executor::{block_on, timeout_at};
/// use std::time::{Duration, Instant};
///
/// let deadline = Instant::now() + Duration::from_millis(20);
/// assert!(block_on(timeout_at(deadline, std::future::pending::<()>())).is_err());
/// assert!(Instant::now() >= deadline);
/// ```
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout { future: future.into_future(), sleep: sleep_until(deadline) }
}
