//! Where a worker waits that has nothing to do, if there is more to wait for than tasks and timers.

use std::fmt::Debug;
use std::task::Waker;
use std::time::Duration;

/// Something that waits for events, and knows the wakers of those who wait for each: sockets and `epoll`, say.
///
/// A pool can do without. A reactor with a thread of its own works on any executor, since it needs nothing but
/// wakers; but each of its wakes is one from outside, to a thread that may sleep. Given to
/// [`Builder::reactor`](crate::Builder::reactor), it is asked by the workers: one that has nothing to run waits here, and
/// runs what becomes ready. While all are busy, each looks in from time to time without waiting.
///
/// `examples/support/reactor.rs` is one, for TCP.
///
/// # Examples
///
/// One whose events are what another thread sends:
///
/// ```
/// use executor::{Executor, Reactor, block_on};
/// use std::sync::mpsc::{Receiver, Sender, channel};
/// use std::sync::{Arc, Mutex};
/// use std::task::{Poll, Waker};
/// use std::time::Duration;
///
/// /// `None` interrupts.
/// #[derive(Debug)]
/// struct Letters(Mutex<Receiver<Option<Waker>>>, Sender<Option<Waker>>);
///
/// impl Reactor for Letters {
///     fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Waker>) {
///         let letters = self.0.lock().unwrap();
///         ready.extend(match timeout {
///             None => letters.recv().unwrap(),
///             Some(timeout) => letters.recv_timeout(timeout).ok().flatten(),
///         });
///     }
///
///     fn interrupt(&self) {
///         self.1.send(None).unwrap();
///     }
/// }
///
/// let (sender, receiver) = channel();
/// let letters = Letters(Mutex::new(receiver), sender.clone());
/// let executor = Executor::builder().reactor(Arc::new(letters)).build()?;
/// let mut sent = false;
/// let task = executor.spawn(std::future::poll_fn(move |cx| {
///     if !std::mem::replace(&mut sent, true) {
///         sender.send(Some(cx.waker().clone())).unwrap();
///         return Poll::Pending;
///     }
///     Poll::Ready("a letter came")
/// }));
/// assert_eq!(block_on(task).unwrap(), "a letter came");
/// # std::io::Result::Ok(())
/// ```
pub trait Reactor: Debug + Send + Sync + 'static {
    /// Wait for an event, for [`interrupt`](Self::interrupt), or as long as `timeout` (`None`: for ever), and put
    /// the wakers of all that is ready into `ready`.
    ///
    /// It may return early, for no reason. It is called by one worker at a time if `timeout` is not zero, and meanwhile
    /// perhaps by others with a `timeout` of zero. It wakes nobody itself, and does not panic.
    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Waker>);

    /// End the `wait` that another thread is in; if none is, the next one.
    fn interrupt(&self);
}
