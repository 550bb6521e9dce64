//! Exercise 3: a channel for one value.

#![allow(clippy::drop_non_drop, reason = "the reader's type may have no `Drop` yet")]

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use executor_exercises::oneshot::oneshot;

/// Counts its wakes.
#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Counts {
    fn new() -> (Arc<Self>, Waker) {
        let counts = Arc::new(Self::default());
        (counts.clone(), Waker::from(counts))
    }

    fn wakes(&self) -> usize {
        self.0.load(SeqCst)
    }
}

#[test]
fn a_value_sent_before_the_first_poll_arrives_with_it() {
    let (sender, receiver) = oneshot();
    sender.send(7);
    let (counts, waker) = Counts::new();
    assert_eq!(pin!(receiver).poll(&mut Context::from_waker(&waker)), Poll::Ready(Some(7)));
    assert_eq!(counts.wakes(), 0);
}

#[test]
fn the_waker_of_the_last_poll_is_woken_and_no_other() {
    let (sender, receiver) = oneshot();
    let mut receiver = pin!(receiver);
    let (first, waker) = Counts::new();
    assert_eq!(receiver.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
    let (last, waker) = Counts::new();
    assert_eq!(receiver.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
    sender.send("tea");
    assert_eq!((first.wakes(), last.wakes()), (0, 1));
    assert_eq!(receiver.poll(&mut Context::from_waker(&waker)), Poll::Ready(Some("tea")));
}

#[test]
fn a_sender_that_goes_says_so() {
    let (sender, receiver) = oneshot::<u32>();
    let mut receiver = pin!(receiver);
    let (counts, waker) = Counts::new();
    assert_eq!(receiver.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
    drop(sender);
    assert_eq!(counts.wakes(), 1);
    assert_eq!(receiver.poll(&mut Context::from_waker(&waker)), Poll::Ready(None));
}

#[test]
fn a_value_that_nobody_receives_is_dropped_once() {
    let value = Arc::new(());
    for sent_first in [true, false] {
        let (sender, receiver) = oneshot();
        if sent_first {
            sender.send(value.clone());
            drop(receiver);
        } else {
            drop(receiver);
            sender.send(value.clone());
        }
        assert_eq!(Arc::strong_count(&value), 1, "sent first: {sent_first}");
    }
}

#[test]
fn a_receiver_that_goes_keeps_no_waker() {
    let (sender, receiver) = oneshot::<u32>();
    let (counts, waker) = Counts::new();
    {
        let receiver = pin!(receiver);
        assert_eq!(receiver.poll(&mut Context::from_waker(&waker)), Poll::Pending);
    }
    drop(waker);
    assert_eq!(Arc::strong_count(&counts), 1);
    sender.send(1);
    assert_eq!(counts.wakes(), 0);
}

/// Much longer than any wake takes.
const LONG: Duration = Duration::from_secs(20);

/// Wakes a thread.
struct Unparks(thread::Thread);

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn a_sender_on_another_thread_is_heard() {
    const ROUNDS: usize = if cfg!(miri) { 10 } else { 2_000 };
    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    for round in 0..ROUNDS {
        let (sender, receiver) = oneshot();
        let mut receiver = pin!(receiver);
        let other = thread::spawn(move || sender.send(Box::new(round)));
        let start = Instant::now();
        let value = loop {
            match receiver.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(value) => break value,
                Poll::Pending => {
                    thread::park_timeout(LONG);
                    assert!(start.elapsed() < LONG, "nobody woke this thread");
                }
            }
        };
        assert_eq!(value, Some(Box::new(round)));
        other.join().expect("the sender does not panic");
    }
}
