//! Timers: their order, their polls, and where they work. Nothing here asserts how long it took.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::{Counter, one_worker, poll_once, yield_now};
use executor::{
    Interval, MissedTicks, Sleep, Task, Timeout, block_on, interval, interval_at, sleep,
    sleep_until, timeout, timeout_at,
};
use std::fmt::{self, Write};
use std::future::{Ready, pending, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_secs(3_600);

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The text's own program: four timers, joined. Until a machine is quick enough to start all four
/// before the first has passed, the round does not count.
#[test]
fn four_timers() {
    // Miri counts five microseconds for a step of the program, and waits in no time.
    const SCALE: u64 = if cfg!(miri) { 200 } else { 1 };
    loop {
        let order = Arc::new(Mutex::new(Vec::new()));
        let late = Counter::new();
        let executor = one_worker();
        let start = Instant::now();
        for (number, wait) in [(1, 150), (2, 150), (3, 50), (4, 200)] {
            let (order, late) = (order.clone(), late.clone());
            executor
                .spawn(async move {
                    if counted(sleep_until(start + ms(SCALE * wait))).await != 2 {
                        late.count();
                    }
                    order.lock().unwrap().push(number);
                })
                .detach();
        }
        executor.join();
        // That of the longest; the four one after the other would be 550.
        assert!(start.elapsed() >= ms(SCALE * 200));
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
    let executor = one_worker();
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
    let executor = one_worker();
    let task = executor.spawn(race(sleep(ms(1 << 40)), sleep(ms(20))));
    assert_eq!(block_on(task).unwrap(), 2);
    let task: Task<()> = executor.spawn(sleep(ms(1 << 40)));
    drop(task);
    executor.join();
}

#[test]
fn an_executor_ends_with_timers_running() {
    let drops = Counter::new();
    let executor = one_worker();
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
    let executor = one_worker();
    block_on(executor.spawn(moved)).unwrap();
}

#[test]
fn a_sleep_handed_to_another_task_wakes_that_task() {
    let executor = one_worker();
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
    let executor = one_worker();
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
    let executor = one_worker();
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

/// Writes its number down when it is woken.
struct Numbered(u64, Arc<Mutex<Vec<u64>>>);

impl Wake for Numbered {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

/// By deadline, and equal ones in the order in which they were polled. Until a machine is quick
/// enough to poll all before the first is due, the round does not count.
#[test]
#[cfg_attr(miri, ignore = "the thread for foreign wakers lives on, and Miri wants all to end")]
fn a_hundred_thousand_sleeps_fire_in_order() {
    const COUNT: u64 = 100_000;
    let mut lead = ms(200);
    loop {
        let woken = Arc::new(Mutex::new(Vec::new()));
        let start = Instant::now() + lead;
        // A few hundred for each of the deadlines, in a scrambled order.
        let wait = |number| ms(number * 7919 % 300);
        let sleeps: Vec<_> = (0..COUNT)
            .map(|number| {
                let mut sleep = sleep_until(start + wait(number));
                let waker = Waker::from(Arc::new(Numbered(number, woken.clone())));
                _ = Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker));
                sleep
            })
            .collect();
        if Instant::now() >= start {
            lead *= 2;
            continue;
        }
        foreign_block_on(sleep_until(start + ms(300)));
        // And one that is due after all of them, and is woken by the same thread.
        assert_eq!(polls_of_a_sleep(|sleep| foreign_block_on(counted(sleep))), 2);
        assert!(sleeps.iter().all(Sleep::is_elapsed));
        let mut expected: Vec<_> = (0..COUNT).collect();
        expected.sort_by_key(|number| wait(*number));
        assert!(*woken.lock().unwrap() == expected);
        return;
    }
}

#[test]
fn hundreds_of_thousands_of_tasks_leave_their_sleeps() {
    let count = if cfg!(miri) { 50 } else { 300_000 };
    let (polled, dropped) = (Counter::new(), Counter::new());
    let executor = one_worker();
    let tasks: Vec<_> = (0..count)
        .map(|number| {
            let (polled, guard) = (polled.clone(), dropped.on_drop());
            executor.spawn(async move {
                let _guard = guard;
                polled.count();
                sleep(HOUR + ms(number * 7919 % 100_000)).await;
            })
        })
        .collect();
    while polled.get() as u64 != count {
        block_on(executor.spawn(ready(()))).unwrap();
    }
    assert_eq!(dropped.get(), 0);
    drop(tasks);
    // This waits for no sleep: none is left.
    executor.join();
    assert_eq!(dropped.get() as u64, count);
}

#[test]
fn a_reset_sleep_ends_at_its_new_deadline() {
    block_on(async {
        // Not polled yet, pending, and ready.
        let mut pause = sleep(HOUR);
        let mut deadline = Instant::now() + ms(5);
        pause.reset(deadline);
        assert_eq!(pause.deadline(), Some(deadline));
        (&mut pause).await;
        assert!(Instant::now() >= deadline);
        for _ in 0..3 {
            deadline = Instant::now() + HOUR;
            pause.reset(deadline);
            assert!(!pause.is_elapsed());
            poll_fn(|cx| {
                assert!(Pin::new(&mut pause).poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            deadline = Instant::now() + ms(5);
            pause.reset(deadline);
            // Nobody polls it again before it is due: its waker has gone along.
            let mut is_first = true;
            poll_fn(|cx| match std::mem::take(&mut is_first) {
                true => Poll::Pending,
                false => Pin::new(&mut pause).poll(cx),
            })
            .await;
            assert!(Instant::now() >= deadline);
        }
    });
}

#[test]
fn a_sleep_reset_on_another_thread_ends_the_longer_sleep() {
    let shared = Arc::new(Mutex::new(sleep(HOUR)));
    let (tell, told) = channel();
    let other = shared.clone();
    let thread = thread::spawn(move || {
        told.recv().unwrap();
        other.lock().unwrap().reset(Instant::now() + ms(5));
    });
    let mut tell = Some(tell);
    block_on(poll_fn(|cx| {
        let result = Pin::new(&mut *shared.lock().unwrap()).poll(cx);
        tell.take().into_iter().for_each(|tell| tell.send(()).unwrap());
        result
    }));
    thread.join().unwrap();
}

#[test]
fn an_interval_ticks_at_multiples() {
    let on_executor = one_worker();
    let ticks = async {
        let before = Instant::now();
        let mut ticks = interval(ms(3));
        assert_eq!((ticks.period(), ticks.missed_ticks()), (ms(3), MissedTicks::Burst));
        let first = ticks.tick().await;
        assert!(before <= first && first <= Instant::now());
        for number in 1..5 {
            assert_eq!(ticks.tick().await, first + number * ms(3));
            assert!(Instant::now() >= first + number * ms(3));
        }
    };
    block_on(on_executor.spawn(ticks)).unwrap();
}

#[test]
fn an_interval_that_was_not_asked() {
    block_on(async {
        for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
            let start = Instant::now();
            let mut ticks = interval_at(start, ms(10));
            ticks.set_missed_ticks(missed);
            assert_eq!(ticks.missed_ticks(), missed);
            thread::sleep(ms(35));
            let late = Instant::now();
            assert_eq!(ticks.tick().await, start);
            let second = ticks.tick().await;
            match missed {
                MissedTicks::Burst => {
                    assert_eq!(second, start + ms(10));
                    // Two more at once, at the least.
                    for number in 2..4 {
                        let mut tick = pin!(ticks.tick());
                        assert_eq!(poll_once(&mut tick), Poll::Ready(start + number * ms(10)));
                    }
                }
                MissedTicks::Delay => assert!(second >= late + ms(10)),
                _ => {
                    assert!(second > late);
                    assert_eq!((second - start).as_nanos() % ms(10).as_nanos(), 0);
                }
            }
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "the thread for foreign wakers lives on, and Miri wants all to end")]
fn a_dropped_tick_is_not_lost() {
    let start = Instant::now() + HOUR;
    let mut ticks = interval_at(start, HOUR);
    assert!(poll_once(&mut pin!(ticks.tick())).is_pending());
    let text = format!("{ticks:?}");
    assert!(text.starts_with(&format!("Interval {{ next: Some({start:?}), ")), "{text}");
    let mut never = interval(Duration::MAX);
    assert!(poll_once(&mut pin!(never.tick())).is_ready());
    assert!(poll_once(&mut pin!(never.tick())).is_pending());
    never.reset();
    assert!(poll_once(&mut pin!(never.tick())).is_pending());
}

#[test]
#[should_panic(expected = "the period of an interval must not be zero")]
fn an_interval_of_nothing() {
    _ = interval(Duration::ZERO);
}

#[test]
fn a_future_in_time_and_one_too_late() {
    let executor = one_worker();
    assert_eq!(block_on(timeout(HOUR, async { 7 })), Ok(7));
    // In time even if the deadline has passed as well.
    assert_eq!(block_on(timeout(Duration::ZERO, async { 7 })), Ok(7));
    assert_eq!(block_on(timeout_at(Instant::now(), ready(7))), Ok(7));
    assert_eq!(block_on(timeout(Duration::MAX, ready(7))), Ok(7));
    assert_eq!(timeout(Duration::MAX, ready(7)).deadline(), None);

    let deadline = Instant::now() + ms(20);
    let late = executor.spawn(timeout_at(deadline, pending::<()>()));
    let elapsed = block_on(late).unwrap().unwrap_err();
    assert!(Instant::now() >= deadline);
    assert_eq!(elapsed.to_string(), "the deadline has passed");
    assert_eq!(std::io::Error::from(elapsed).kind(), std::io::ErrorKind::TimedOut);

    // The future is the caller's again, or goes with the timeout.
    let drops = Counter::new();
    let guard = drops.on_drop();
    let mut outer = Box::pin(timeout(Duration::ZERO, async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    assert!(matches!(poll_once(&mut outer), Poll::Ready(Err(_))));
    assert_eq!(drops.get(), 0);
    drop(outer);
    assert_eq!(drops.get(), 1);
    let mut outer = timeout(HOUR, ready(7));
    assert_eq!(format!("{:?}", outer.get_ref()), "Ready(Some(7))");
    *outer.get_mut() = ready(8);
    assert_eq!(block_on(outer.into_inner()), 8);
}

#[test]
fn timeouts_that_never_come_leave_nothing() {
    let executor = one_worker();
    let count = if cfg!(miri) { 20 } else { 2_000 };
    for _ in 0..count {
        let task = executor.spawn(timeout(HOUR, yield_now()));
        assert_eq!(block_on(timeout(HOUR, task)).unwrap().unwrap(), Ok(()));
    }
    executor.join();
}

#[test]
fn a_sleep_is_send_and_sync() {
    const fn check<T: Send + Sync + Unpin>() {}
    const { check::<Sleep>() };
    const { check::<Interval>() };
    const { check::<Timeout<Ready<u8>>>() };
}
