//! Exercise 3: a channel for one value.
//!
//! The sender never waits, and the receiver is a future.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Sends one value. Give it fields.
#[derive(Debug)]
pub struct Sender<T> {
    value: PhantomData<T>,
}

/// A future of the value; of `None` if the sender is dropped without sending. Give it fields.
#[derive(Debug)]
pub struct Receiver<T> {
    value: PhantomData<T>,
}

/// Both ends of a new channel.
#[must_use]
pub fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    todo!("make a channel")
}

impl<T> Sender<T> {
    /// Send the value, and wake the waker of the receiver's last poll. If the receiver is gone, the value
    /// is dropped.
    pub fn send(self, value: T) {
        let _ = (self.value, value);
        todo!("send the value")
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let _ = (self.value, cx);
        todo!("give the value, or leave the waker")
    }
}
