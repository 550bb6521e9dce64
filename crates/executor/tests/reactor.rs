//! Workers that wait in a reactor: nothing that ends a wait is lost, whether it comes from there or not.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, Gate};
use executor::{Executor, Reactor, block_on, sleep};
use std::future::{pending, poll_fn};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

const ROUNDS: usize = if cfg!(miri) { 3 } else { 50 };

/// A reactor whose events are what [`Bell::ring`] says.
#[derive(Debug, Default)]
struct Bell {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    rings: usize,
    /// How many of them somebody in [`Reactor::wait`] has seen: as with epoll, one that comes between two waits is not lost.
    seen: usize,
    waiters: Vec<Waker>,
    interrupted: bool,
    /// Whether somebody waits without a timeout.
    waits: bool,
    /// How often somebody only looked.
    looks: usize,
}

impl Bell {
    /// An event: whoever waits for it is to be woken by a worker.
    fn ring(&self) {
        self.inner.lock().unwrap().rings += 1;
        self.changed.notify_all();
    }

    /// Wait for an event.
    async fn heard(&self) {
        let mut before = None;
        poll_fn(|cx| {
            let mut inner = self.inner.lock().unwrap();
            let rings = inner.rings;
            if *before.get_or_insert(rings) != rings {
                return Poll::Ready(());
            }
            inner.waiters.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Returns when a worker waits here, without a timeout.
    fn until_waited(&self) {
        while !self.inner.lock().unwrap().waits {
            thread::yield_now();
        }
    }

    /// Returns when somebody waits for an event.
    fn until_listened_to(&self) {
        while self.inner.lock().unwrap().waiters.is_empty() {
            thread::yield_now();
        }
    }
}

impl Reactor for Bell {
    fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Waker>) {
        let mut inner = self.inner.lock().unwrap();
        let quiet = |it: &mut Inner| it.rings == it.seen && !it.interrupted;
        match timeout {
            Some(Duration::ZERO) => inner.looks += 1,
            Some(timeout) => {
                inner = self.changed.wait_timeout_while(inner, timeout, quiet).unwrap().0;
            }
            None => {
                inner.waits = true;
                inner = self.changed.wait_while(inner, quiet).unwrap();
                inner.waits = false;
            }
        }
        // A look that takes the interrupt from who waits leaves it to somebody who looks at the queues next.
        if timeout != Some(Duration::ZERO) {
            inner.interrupted = false;
        }
        inner.seen = inner.rings;
        // More often than need be: who was not meant waits again.
        ready.append(&mut inner.waiters);
    }

    fn interrupt(&self) {
        self.inner.lock().unwrap().interrupted = true;
        self.changed.notify_all();
    }
}

fn pool(workers: usize) -> (Executor, Arc<Bell>) {
    let bell = Arc::new(Bell::default());
    let executor = Executor::builder().workers(workers).reactor(bell.clone()).build().unwrap();
    (executor, bell)
}

#[test]
fn an_event_wakes_a_pool_that_sleeps() {
    for workers in 1..=3 {
        let (executor, bell) = pool(workers);
        for _ in 0..ROUNDS {
            let heard = bell.clone();
            let task = executor.spawn(async move { heard.heard().await });
            bell.until_listened_to();
            bell.ring();
            block_on(task).unwrap();
        }
    }
}

#[test]
fn a_task_from_outside_ends_the_wait() {
    for workers in 1..=3 {
        let (executor, bell) = pool(workers);
        for number in 0..ROUNDS {
            bell.until_waited();
            assert_eq!(block_on(executor.spawn(async move { number })).unwrap(), number);
        }
    }
}

#[test]
fn a_wake_from_outside_ends_the_wait() {
    let (executor, bell) = pool(1);
    let gate = Gate::new();
    let wait = gate.clone();
    let task = executor.spawn(async move { wait.wait().await });
    while !gate.has_waiter() {
        thread::yield_now();
    }
    bell.until_waited();
    gate.open();
    block_on(task).unwrap();
}

#[test]
fn a_timer_ends_the_wait() {
    for workers in 1..=2 {
        let (executor, bell) = pool(workers);
        bell.until_waited();
        // The first is left while a worker waits without a timeout.
        block_on(executor.spawn(sleep(Duration::from_millis(5)))).unwrap();
        // One that is earlier than what a worker waits for.
        let late = executor.spawn(sleep(Duration::from_secs(1 << 30)));
        let early = executor.spawn(async {
            sleep(Duration::from_millis(1)).await;
            sleep(Duration::from_millis(5)).await;
        });
        block_on(early).unwrap();
        drop(late);
    }
}

#[test]
fn an_event_is_seen_by_a_pool_that_is_busy() {
    let (executor, bell) = pool(1);
    let busy = executor.spawn(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    }));
    let heard = bell.clone();
    let task = executor.spawn(async move { heard.heard().await });
    bell.until_listened_to();
    bell.ring();
    block_on(task).unwrap();
    assert!(bell.inner.lock().unwrap().looks > 0);
    drop(busy);
}

#[test]
fn many_events_are_shared_by_the_workers() {
    const TASKS: usize = if cfg!(miri) { 10 } else { 1000 };
    let (executor, bell) = pool(2);
    let done = Counter::new();
    for _ in 0..TASKS {
        let (bell, done) = (bell.clone(), done.clone());
        executor
            .spawn(async move {
                bell.heard().await;
                done.count();
            })
            .detach();
    }
    while bell.inner.lock().unwrap().waiters.len() < TASKS && done.get() < TASKS {
        bell.ring();
        thread::yield_now();
    }
    bell.ring();
    executor.join();
    assert_eq!(done.get(), TASKS);
}

#[test]
fn an_executor_that_ends_leaves_the_reactor() {
    for workers in 1..=2 {
        let (executor, bell) = pool(workers);
        let drops = Counter::new();
        let guard = drops.on_drop();
        executor
            .spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            })
            .detach();
        bell.until_waited();
        drop(executor);
        assert_eq!(drops.get(), 1);
        assert_eq!(Arc::strong_count(&bell), 1);
    }
}

#[test]
fn a_waker_of_the_reactor_that_panics_harms_nobody() {
    struct Panics;
    impl std::task::Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("as it should");
        }
    }
    let (executor, bell) = pool(1);
    bell.until_waited();
    bell.inner.lock().unwrap().waiters.push(Arc::new(Panics).into());
    bell.ring();
    assert_eq!(block_on(executor.spawn(async { 7 })).unwrap(), 7);
}
