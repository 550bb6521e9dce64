//! Timers: their order, their polls, and where they work. Nothing here asserts how long it took.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, poll_once};
use executor::{Executor, Sleep, Task, block_on, sleep, sleep_until};
use std::fmt::{self, Write};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The text's own program: four timers, joined. Until a machine is quick enough to start all four
/// before the first has passed, the round does not count.
#[test]
fn four_timers() {
    loop {
        let order = Arc::new(Mutex::new(Vec::new()));
        let late = Counter::new();
        let executor = Executor::new();
        let start = Instant::now();
        for (number, wait) in [(1, 150), (2, 150), (3, 50), (4, 200)] {
            let (order, late) = (order.clone(), late.clone());
            executor
                .spawn(async move {
                    if counted(sleep_until(start + ms(wait))).await != 2 {
                        late.count();
                    }
                    order.lock().unwrap().push(number);
                })
                .detach();
        }
        executor.join();
        // That of the longest; the four one after the other would be 550.
        assert!(start.elapsed() >= ms(200));
        if late.get() == 0 {
            assert_eq!(*order.lock().unwrap(), [3, 1, 2, 4]);
            return;
        }
    }
}

/// How often a sleep is polled. Once, if nobody came to poll it before it was due.
async fn counted(mut sleep: Sleep) -> usize {
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        Pin::new(&mut sleep).poll(cx)
    })
    .await;
    polls
}

/// Run `f` with sleeps that grow longer, until one of them was not due at its first poll.
fn until_in_time<R>(mut f: impl FnMut(Sleep) -> Option<R>) -> R {
    let mut wait = ms(20);
    loop {
        if let Some(result) = f(sleep(wait)) {
            return result;
        }
        wait *= 2;
    }
}

/// How often a sleep that was not due at its first poll is polled, when `run` runs it.
fn polls_of_a_sleep(run: impl Fn(Sleep) -> usize) -> usize {
    until_in_time(|sleep| Some(run(sleep)).filter(|polls| *polls != 1))
}

/// A sleep that has been polled and is pending.
fn pending_sleep(cx: &mut Context<'_>) -> Sleep {
    until_in_time(|mut sleep| Pin::new(&mut sleep).poll(cx).is_pending().then_some(sleep))
}

#[test]
fn a_sleep_is_polled_twice() {
    let executor = Executor::new();
    let on_executor = |sleep| block_on(executor.spawn(counted(sleep))).unwrap();
    assert_eq!(polls_of_a_sleep(on_executor), 2);
    assert_eq!(polls_of_a_sleep(|sleep| block_on(counted(sleep))), 2);
}

#[test]
fn what_is_due_is_ready_at_once() {
    assert_eq!(block_on(counted(sleep_until(Instant::now()))), 1);
    assert_eq!(block_on(counted(sleep(Duration::ZERO))), 1);
}

#[test]
fn what_is_too_late_for_the_clock_never_comes() {
    let mut never = sleep(Duration::MAX);
    assert_eq!(never.deadline(), None);
    assert!(!never.is_elapsed());
    assert!(poll_once(&mut never).is_pending());
}

/// Which of two is ready first; the other is dropped.
async fn race(mut one: Sleep, mut two: Sleep) -> usize {
    poll_fn(|cx| match (Pin::new(&mut one).poll(cx), Pin::new(&mut two).poll(cx)) {
        (Poll::Ready(()), _) => Poll::Ready(1),
        (_, Poll::Ready(())) => Poll::Ready(2),
        _ => Poll::Pending,
    })
    .await
}

#[test]
fn a_long_sleep_keeps_nobody_up() {
    assert_eq!(block_on(race(sleep(ms(20)), sleep(ms(1 << 40)))), 1);
    let executor = Executor::new();
    let task = executor.spawn(race(sleep(ms(1 << 40)), sleep(ms(20))));
    assert_eq!(block_on(task).unwrap(), 2);
    let task: Task<()> = executor.spawn(sleep(ms(1 << 40)));
    drop(task);
    executor.join();
}

#[test]
fn an_executor_ends_with_timers_running() {
    let drops = Counter::new();
    let executor = Executor::new();
    let (tell, started) = channel();
    for _ in 0..3 {
        let (guard, tell) = (drops.on_drop(), tell.clone());
        executor
            .spawn(async move {
                let _guard = guard;
                tell.send(()).unwrap();
                sleep(ms(1 << 40)).await;
            })
            .detach();
    }
    for _ in 0..3 {
        started.recv().unwrap();
    }
    drop(executor);
    assert_eq!(drops.get(), 3);
}

#[test]
fn a_sleep_goes_with_the_last_who_polled_it() {
    // First with a `block_on` that ends, then with an executor, whose thread must be told.
    let moved = block_on(poll_fn(|cx| Poll::Ready(pending_sleep(cx))));
    let executor = Executor::new();
    block_on(executor.spawn(moved)).unwrap();
}

#[test]
fn a_sleep_handed_to_another_task_wakes_that_task() {
    let executor = Executor::new();
    // The driver is the same for both tasks, the waker is not.
    let handed = block_on(executor.spawn(poll_fn(|cx| Poll::Ready(pending_sleep(cx))))).unwrap();
    let (tell, told) = channel();
    executor
        .spawn(async move {
            handed.await;
            tell.send(()).unwrap();
        })
        .detach();
    // So long only if it never comes.
    told.recv_timeout(Duration::from_secs(60)).unwrap();
}

#[test]
fn timers_fire_while_another_task_yields() {
    let executor = Executor::new();
    executor
        .spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        }))
        .detach();
    let (tell, told) = channel();
    executor
        .spawn(async move {
            poll_fn(|cx| Poll::Ready(pending_sleep(cx))).await.await;
            tell.send(()).unwrap();
        })
        .detach();
    told.recv_timeout(Duration::from_secs(60)).unwrap();
}

#[test]
fn a_sleep_polled_on_another_thread_ends_the_longer_sleep() {
    // The waker of this `block_on`, used to register a timer from a thread that does not drive it.
    let (sender, receiver) = channel::<Waker>();
    let short = Arc::new(Mutex::new(None::<Sleep>));
    let slot = short.clone();
    let other = thread::spawn(move || {
        let waker = receiver.recv().unwrap();
        // Locked all the while, so that whoever is woken by the timer finds it in the slot.
        let mut slot = slot.lock().unwrap();
        *slot = Some(pending_sleep(&mut Context::from_waker(&waker)));
    });
    let mut long = sleep(ms(1 << 40));
    let mut sender = Some(sender);
    block_on(poll_fn(|cx| {
        assert!(Pin::new(&mut long).poll(cx).is_pending());
        if let Some(sender) = sender.take() {
            sender.send(cx.waker().clone()).unwrap();
        }
        match &*short.lock().unwrap() {
            Some(short) if short.is_elapsed() => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }));
    other.join().unwrap();
}

#[test]
fn many_timers_in_one_block_on() {
    let count = if cfg!(miri) { 20 } else { 2_000 };
    let start = Instant::now();
    // The deadlines come in a scrambled order, each a few times.
    let mut sleeps: Vec<_> =
        (0..count).map(|number: u64| sleep_until(start + ms(number * 7919 % 50))).collect();
    block_on(poll_fn(|cx| {
        sleeps.retain_mut(|sleep| {
            let is_pending = Pin::new(&mut *sleep).poll(cx).is_pending();
            assert!(is_pending || sleep.is_elapsed());
            is_pending
        });
        if sleeps.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }));
}

/// A `block_on` of somebody else.
fn foreign_block_on<F: Future>(future: F) -> F::Output {
    struct Unparks(Thread);
    impl Wake for Unparks {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the thread for foreign wakers lives on, and Miri wants all to end")]
fn a_sleep_works_on_any_executor() {
    assert_eq!(polls_of_a_sleep(|sleep| foreign_block_on(counted(sleep))), 2);
    // A short one behind a long one: the thread is asleep already and must be told.
    assert_eq!(foreign_block_on(race(sleep(ms(1 << 40)), sleep(ms(20)))), 2);
    // Its thread must not be the one that is blocked: this one is, by the foreign `block_on`.
    let executor = Executor::new();
    let task = executor.spawn(async { foreign_block_on(sleep(ms(20))) });
    block_on(task).unwrap();
    block_on(async { foreign_block_on(sleep(ms(20))) });
}

#[test]
#[cfg_attr(miri, ignore = "the thread for foreign wakers lives on, and Miri wants all to end")]
fn a_foreign_waker_that_panics_stops_no_other_timer() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("expected: in a waker");
        }
    }
    let waker = Waker::from(Arc::new(Panics));
    let first = pending_sleep(&mut Context::from_waker(&waker));
    // Due right after the first, in the same round of the timers' thread; then one more round.
    foreign_block_on(sleep_until(first.deadline().unwrap()));
    foreign_block_on(sleep(ms(20)));
}

/// A future on an executor that polls in `wake`: then and there, on whichever thread that is.
struct Inline(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Inline {
    fn start(future: impl Future<Output = ()> + Send + 'static) {
        Arc::new(Self(Mutex::new(Some(Box::pin(future))))).wake();
    }
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let waker = Waker::from(self.clone());
        // Locked all the while: a wake from another thread waits until this poll is over.
        let mut slot = self.0.lock().unwrap();
        if let Some(future) = &mut *slot
            && future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
        {
            *slot = None;
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the thread for foreign wakers lives on, and Miri wants all to end")]
fn a_foreign_waker_that_polls_is_woken_again() {
    let (tell, told) = channel();
    Inline::start(async move {
        for round in 0..1_000 {
            // Its own poll, on the timers' thread, leaves the next timer.
            sleep(Duration::from_micros(1)).await;
            tell.send(round).unwrap();
        }
    });
    for round in 0..1_000 {
        // So long only if it never comes.
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(round));
    }
}

/// To print runs the caller's code, which may drop a `Sleep` at any point of it.
#[test]
fn a_sleep_is_printed_without_a_lock() {
    struct Drops(Vec<Sleep>);
    impl fmt::Write for Drops {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            drop(self.0.pop());
            Ok(())
        }
    }
    let (tell, told) = channel();
    let thread = thread::spawn(move || {
        block_on(poll_fn(|cx| {
            let mut sleeps: Vec<_> = (0..100).map(|_| sleep(ms(1 << 40))).collect();
            for sleep in &mut sleeps {
                assert!(Pin::new(sleep).poll(cx).is_pending());
            }
            let printed = sleeps.pop().unwrap();
            write!(Drops(sleeps), "{printed:?}").unwrap();
            let text = format!("{printed:?}");
            assert!(text.starts_with("Sleep { deadline: Some("), "{text}");
            Poll::Ready(())
        }));
        tell.send(()).unwrap();
    });
    // So long only if it is stuck.
    told.recv_timeout(Duration::from_secs(20)).unwrap();
    thread.join().unwrap();
}

#[test]
fn a_sleep_is_send_and_sync() {
    fn check<T: Send + Sync + Unpin>(_: T) {}
    check(sleep(ms(1)));
}
