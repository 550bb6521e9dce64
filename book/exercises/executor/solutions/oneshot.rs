//! Exercise 3: a channel for one value.
//!
//! The sender never waits, and the receiver is a future.

use std::mem::replace;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// How far it is.
#[derive(Debug)]
enum State<T> {
    /// Nothing was sent; the waker of the last poll, if there was one.
    Waiting(Option<Waker>),
    /// Nothing will be sent any more; the value, if it was not given out.
    Over(Option<T>),
}

#[derive(Debug)]
struct Channel<T>(Mutex<State<T>>);

impl<T> Channel<T> {
    /// End it, unless it has ended.
    fn end(&self, value: Option<T>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Over(_)) {
            return;
        }
        let before = replace(&mut *state, State::Over(value));
        // Not under the lock: a waker is code of others, and may poll the receiver.
        drop(state);
        if let State::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

/// Sends one value.
#[derive(Debug)]
pub struct Sender<T>(Arc<Channel<T>>);

/// A future of the value; of `None` if the sender is dropped without sending.
#[derive(Debug)]
pub struct Receiver<T>(Arc<Channel<T>>);

/// Both ends of a new channel.
#[must_use]
pub fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel(Mutex::new(State::Waiting(None))));
    (Sender(channel.clone()), Receiver(channel))
}

impl<T> Sender<T> {
    /// Send the value, and wake the waker of the receiver's last poll. If the receiver is gone, the value
    /// is dropped.
    pub fn send(self, value: T) {
        self.0.end(Some(value));
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.end(None);
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // Cloned without the lock, and the old one dropped without it.
        let waker = cx.waker().clone();
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = match &mut *state {
            State::Over(value) => return Poll::Ready(value.take()),
            State::Waiting(place) => place.replace(waker),
        };
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = match &mut *state {
            State::Over(value) => State::Over(value.take()),
            State::Waiting(waker) => State::Waiting(waker.take()),
        };
        drop(state);
        // Not under the lock: it may be anything.
        drop(old);
    }
}
