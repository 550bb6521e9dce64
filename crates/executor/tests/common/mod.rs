//! What several test files need.

#![allow(dead_code, unreachable_pub, reason = "no test file uses all of it")]

use executor::Executor;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// An executor whose tasks run one after the other.
pub fn one_worker() -> Executor {
    Executor::builder().workers(1).build().unwrap()
}

/// Counts what happens to a future, or to a waker.
#[derive(Clone, Default)]
pub struct Counter(Arc<AtomicUsize>);

impl Counter {
    /// A counter at 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Count one.
    pub fn count(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    /// How many there were.
    pub fn get(&self) -> usize {
        self.0.load(SeqCst)
    }

    /// Something that is counted when it is dropped.
    pub fn on_drop(&self) -> CountsDrop {
        CountsDrop(self.clone())
    }
}

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.count();
    }
}

/// See [`Counter::on_drop`].
pub struct CountsDrop(Counter);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        self.0.count();
    }
}

/// A gate that is closed until it is opened, with one future waiting.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Open it, and wake the one who waits, by value.
    pub fn open(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.0 = true;
        let waker = inner.1.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The waker of the one who waits.
    pub fn take_waker(&self) -> Option<Waker> {
        self.0.lock().unwrap().1.take()
    }

    /// Whether somebody waits.
    pub fn has_waiter(&self) -> bool {
        self.0.lock().unwrap().1.is_some()
    }

    /// Wait until it is open.
    pub async fn wait(&self) {
        poll_fn(|cx| {
            let mut inner = self.0.lock().unwrap();
            if inner.0 {
                return Poll::Ready(());
            }
            let old = inner.1.replace(cx.waker().clone());
            drop(inner);
            drop(old);
            Poll::Pending
        })
        .await;
    }
}

/// Room for one letter, and for the one who waits for it.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<(Option<usize>, Option<Waker>)>>);

impl Mailbox {
    /// Put a letter in, and wake the one who waits.
    pub fn put(&self, letter: usize) {
        let mut inner = self.0.lock().unwrap();
        assert_eq!(inner.0.replace(letter), None);
        let waker = inner.1.take();
        drop(inner);
        waker.into_iter().for_each(Waker::wake);
    }

    /// Wait for a letter.
    pub async fn take(&self) -> usize {
        poll_fn(|cx| {
            let mut inner = self.0.lock().unwrap();
            match inner.0.take() {
                Some(letter) => Poll::Ready(letter),
                None => {
                    inner.1 = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// Let the other tasks run once.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Poll a future once, with a waker that does nothing.
pub fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
