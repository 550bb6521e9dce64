//! What hyper needs of a runtime, but for the sockets: somewhere to spawn, and the time.

use crate::{LocalSpawner, Sleep, Spawner, sleep, sleep_until};
use hyper::rt;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// hyper's tasks are detached. They end with their connection, or with the executor.
impl<F> rt::Executor<F> for Spawner
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        self.spawn(future).detach();
    }
}

/// For services and bodies that are not `Send`.
impl<F: Future + 'static> rt::Executor<F> for LocalSpawner {
    fn execute(&self, future: F) {
        self.spawn(future).detach();
    }
}

impl rt::Sleep for Sleep {}

/// The time, for hyper: its [`Timer`](rt::Timer) by [`sleep`] and [`sleep_until`].
///
/// # Examples
///
/// A server of HTTP/2 that spawns on an executor, and gives up a connection that is silent for too long:
///
/// ```
/// use executor::{Executor, HyperTimer};
/// use hyper::server::conn::http2;
/// use std::time::Duration;
///
/// let executor = Executor::new();
/// let mut server = http2::Builder::new(executor.spawner());
/// server.timer(HyperTimer).keep_alive_interval(Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HyperTimer;

impl rt::Timer for HyperTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(sleep(duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(sleep_until(deadline))
    }

    fn reset(&self, old: &mut Pin<Box<dyn rt::Sleep>>, deadline: Instant) {
        match old.as_mut().downcast_mut_pin::<Sleep>() {
            // In the same place: no allocation.
            Some(mut old) => old.set(sleep_until(deadline)),
            None => *old = self.sleep_until(deadline),
        }
    }
}
