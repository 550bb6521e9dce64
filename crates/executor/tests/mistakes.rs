//! The mistakes of the field, each by its name, and those of the text that this crate grew from.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]
#![allow(clippy::waker_clone_wake, reason = "a wake by value is not a wake by reference")]

mod common;

use common::{Counter, Gate, one_worker, yield_now};
use executor::{Executor, TaskError, block_on};
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};
use std::thread;

/// Enough to be many, and few enough for Miri.
const MANY: usize = if cfg!(miri) { 8 } else { 1_000 };

/// async-executor 1.14.0: the schedule function pushed the task and then looked at the executor's
/// state, which the task's end may have freed by then.
#[test]
fn schedule_touches_what_it_has_published() {
    for _ in 0..MANY.min(200) {
        let executor = one_worker();
        let (sender, receiver) = channel::<Waker>();
        let mut sender = Some(sender);
        executor
            .spawn(poll_fn(move |cx| match sender.take() {
                Some(sender) => {
                    sender.send(cx.waker().clone()).unwrap();
                    Poll::Pending
                }
                None => Poll::Ready(()),
            }))
            .detach();
        // The wake below is all that keeps the executor up: the last reference to it goes while
        // `wake` is still at work.
        let waking = thread::spawn(move || receiver.recv().unwrap().wake());
        executor.join();
        waking.join().unwrap();
    }
}

/// compio: a bit that said "being scheduled" was still set from before, and a wake from another
/// thread was taken for one that had been made.
#[test]
fn a_stale_scheduled_bit_loses_a_wake() {
    let executor = one_worker();
    let (sender, receiver) = channel::<Waker>();
    let mut left = MANY;
    let task = executor.spawn(poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        // The wake comes at any time from here on: in this poll, at its end, or later.
        sender.send(cx.waker().clone()).unwrap();
        Poll::Pending
    }));
    let waking = thread::spawn(move || receiver.into_iter().for_each(Waker::wake));
    block_on(task).unwrap();
    waking.join().unwrap();
}

/// compio: the queue of wakes had a bound, and `wake` waited for room in it. Nobody makes room while
/// the executor's own thread waits.
#[test]
fn a_bounded_queue_makes_wake_block() {
    let executor = one_worker();
    let gates: Vec<_> = (0..MANY * 5).map(|_| Gate::new()).collect();
    for gate in gates.clone() {
        executor.spawn(async move { gate.wait().await }).detach();
    }
    executor.spawn(async move { gates.iter().for_each(Gate::open) }).detach();
    executor.join();
}

/// futures-rs: `block_on` parked the thread with nothing but the thread's own token. Code that it
/// polled parked too, for its own reasons, took the token of a wake, and the wake was lost.
#[test]
fn park_without_a_flag_of_its_own() {
    let mut first = true;
    block_on(poll_fn(|cx| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake()).join().unwrap();
        // The wake has left its token. This takes it.
        thread::park_timeout(std::time::Duration::from_millis(1));
        Poll::Pending
    }));
}

/// tokio: a task in the slot for the one woken last was never reached by others; without a cap, two
/// tasks that wake each other run alone for ever.
#[test]
fn two_tasks_that_wake_each_other_starve_a_third() {
    let executor = one_worker();
    let stop = Counter::new();
    let slots: [Arc<Mutex<Option<Waker>>>; 2] = Default::default();
    for me in 0..2 {
        let (stop, slots) = (stop.clone(), slots.clone());
        executor
            .spawn(poll_fn(move |cx| {
                *slots[me].lock().unwrap() = Some(cx.waker().clone());
                let other = slots[1 - me].lock().unwrap().take();
                other.unwrap_or_else(|| cx.waker().clone()).wake();
                if stop.get() == 0 { Poll::Pending } else { Poll::Ready(()) }
            }))
            .detach();
    }
    // Done only if it gets its ten turns.
    executor
        .spawn(async move {
            for _ in 0..10 {
                yield_now().await;
            }
            stop.count();
        })
        .detach();
    executor.join();
}

/// A task that was woken last waits in a slot of its worker that nobody may steal from, while the task that woke it keeps
/// the worker busy. (tokio's LIFO slot.)
#[test]
fn a_slot_that_cannot_be_stolen_starves_a_task() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let spawner = executor.spawner();
    for _ in 0..if cfg!(miri) { 2 } else { 50 } {
        let spawner = spawner.clone();
        let task = executor.spawn(async move {
            let (tell, told) = channel();
            let gate = Gate::new();
            let inner = gate.clone();
            let woken = spawner.spawn(async move {
                inner.wait().await;
                tell.send(7).unwrap();
            });
            while !gate.has_waiter() {
                thread::yield_now();
            }
            gate.open();
            // The worker is busy until another one has run what it has just woken.
            let number = told.recv().unwrap();
            drop(woken);
            number
        });
        assert_eq!(block_on(task).unwrap(), 7);
    }
}

/// What waits for scoped tasks is a value, which safe code may forget; then they use what is gone.
#[test]
#[cfg_attr(miri, ignore = "what is forgotten is leaked, and Miri minds")]
fn a_scope_that_can_be_leaked() {
    let executor = Executor::builder().workers(2).build().unwrap();
    for _ in 0..if cfg!(miri) { 2 } else { 50 } {
        let mut number = Box::new(0);
        executor.scope(|scope| {
            let number = &mut *number;
            // All that there is to forget.
            std::mem::forget(scope.spawn(async move {
                yield_now().await;
                *number += 1;
            }));
        });
        // Gone, if the task has not.
        assert_eq!(std::mem::take(&mut *number), 1);
        drop(number);
    }
}

/// A task that is woken from inside its own poll was either forgotten, or pushed twice and then
/// polled after its end.
#[test]
fn a_wake_from_inside_poll() {
    let polls = Counter::new();
    let p = polls.clone();
    let executor = one_worker();
    let task = executor.spawn(poll_fn(move |cx| {
        p.count();
        if p.get() == 3 {
            return Poll::Ready(());
        }
        for _ in 0..5 {
            cx.waker().wake_by_ref();
        }
        cx.waker().clone().wake();
        Poll::Pending
    }));
    block_on(task).unwrap();
    executor.join();
    assert_eq!(polls.get(), 3);
}

/// A waker outlives its task, and is used.
#[test]
fn a_wake_after_completion() {
    let (polls, drops) = (Counter::new(), Counter::new());
    let kept = Arc::new(Mutex::new(Vec::new()));
    let executor = one_worker();
    let (p, guard, k) = (polls.clone(), drops.on_drop(), kept.clone());
    let task = executor.spawn(poll_fn(move |cx| {
        let _ = &guard;
        p.count();
        k.lock().unwrap().push(cx.waker().clone());
        cx.waker().wake_by_ref();
        Poll::Ready(())
    }));
    block_on(task).unwrap();
    let waker = kept.lock().unwrap().pop().unwrap();
    waker.wake_by_ref();
    block_on(executor.spawn(yield_now())).unwrap();
    executor.join();
    // The executor is gone as well. The text's own waker panicked here: nobody received its channel.
    waker.wake_by_ref();
    waker.clone().wake();
    waker.wake();
    assert_eq!((polls.get(), drops.get()), (1, 1));
}

/// The executor is dropped while other threads hold wakers of its tasks, and use them.
#[test]
fn an_executor_dropped_while_others_hold_wakers() {
    for _ in 0..MANY.min(100) {
        let drops = Counter::new();
        let executor = one_worker();
        let (sender, receiver) = channel::<Waker>();
        for _ in 0..2 {
            let (guard, sender) = (drops.on_drop(), sender.clone());
            executor
                .spawn(poll_fn(move |cx| {
                    let _ = &guard;
                    let _ = sender.send(cx.waker().clone());
                    Poll::<()>::Pending
                }))
                .detach();
        }
        drop(sender);
        let waker = receiver.recv().unwrap();
        let waking = thread::spawn(move || {
            waker.wake_by_ref();
            waker.wake_by_ref();
            waker
        });
        drop(executor);
        assert_eq!(drops.get(), 2);
        waking.join().unwrap().wake();
        receiver.into_iter().for_each(Waker::wake);
    }
}

#[test]
fn a_panic_in_poll() {
    let drops = Counter::new();
    let guard = drops.on_drop();
    let executor = one_worker();
    let task = executor.spawn(async move {
        let _guard = guard;
        yield_now().await;
        panic!("expected: in poll");
    });
    match block_on(task) {
        Err(TaskError::Panicked(payload)) => {
            assert_eq!(payload.message(), Some("expected: in poll"));
        }
        _ => unreachable!(),
    }
    assert_eq!(drops.get(), 1);
    assert_eq!(block_on(executor.spawn(async { "others run on" })).unwrap(), "others run on");
}

struct PanicsOnDrop(&'static str);

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("expected: {}", self.0);
    }
}

#[test]
fn a_panic_in_drop() {
    let executor = one_worker();
    let (first, second) = (Counter::new(), Counter::new());

    // In the future's drop after its output: the task has panicked, the output is dropped.
    struct Fut<T>(Option<T>, #[expect(dead_code)] PanicsOnDrop);
    impl<T: Unpin> Future for Fut<T> {
        type Output = T;
        fn poll(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> Poll<Self::Output> {
            Poll::Ready(self.0.take().unwrap())
        }
    }
    let task = executor.spawn(Fut(Some(first.on_drop()), PanicsOnDrop("after the output")));
    match block_on(task) {
        Err(TaskError::Panicked(payload)) => {
            assert_eq!(payload.message(), Some("expected: after the output"));
        }
        _ => unreachable!(),
    }
    assert_eq!(first.get(), 1);

    // In both: the first panic is told.
    let output = PanicsOnDrop("the output after the future");
    let task = executor.spawn(Fut(Some(output), PanicsOnDrop("the future")));
    match block_on(task) {
        Err(TaskError::Panicked(payload)) => {
            assert_eq!(payload.message(), Some("expected: the future"));
        }
        _ => unreachable!(),
    }

    // In the drop that a cancel makes; what else the future holds is dropped all the same.
    let guards = (PanicsOnDrop("cancelled"), second.on_drop());
    let mut task = executor.spawn(async move {
        let _guards = guards;
        pending::<()>().await;
    });
    block_on(executor.spawn(yield_now())).unwrap();
    assert!(matches!(block_on(task.cancel()), Err(TaskError::Panicked(_))));
    assert_eq!(second.get(), 1);

    // In the drop of an output that nobody wants. The gate is opened when there is no `Task` any
    // more, since a `Task` would drop it here.
    let gate = Gate::new();
    let g = gate.clone();
    let output = async move {
        g.wait().await;
        PanicsOnDrop("the output")
    };
    executor.spawn(output).detach();
    gate.open();
    assert_eq!(block_on(executor.spawn(async { "others run on" })).unwrap(), "others run on");

    // In the drop that the executor's end makes.
    let guard = PanicsOnDrop("at the end");
    executor
        .spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        })
        .detach();
    block_on(executor.spawn(yield_now())).unwrap();
    drop(executor);
}

/// What a panic carries panics when it is dropped.
#[test]
fn a_panic_in_the_payload_of_a_panic() {
    let executor = one_worker();
    let gate = Gate::new();
    let g = gate.clone();
    let panics = async move {
        g.wait().await;
        panic_any(PanicsOnDrop("the payload"))
    };
    executor.spawn(panics).detach();
    gate.open();
    assert_eq!(block_on(executor.spawn(async { "others run on" })).unwrap(), "others run on");
}

#[test]
fn a_panic_in_a_waker() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("expected: in a waker");
        }
    }
    let executor = one_worker();
    let gate = Gate::new();
    let g = gate.clone();
    let mut task = executor.spawn(async move { g.wait().await });
    let waker = Waker::from(Arc::new(Panics));
    let mut cx = std::task::Context::from_waker(&waker);
    assert!(std::pin::Pin::new(&mut task).poll(&mut cx).is_pending());
    gate.open();
    assert_eq!(block_on(executor.spawn(yield_now())).ok(), Some(()));
    assert_eq!(block_on(executor.spawn(async { "others run on" })).unwrap(), "others run on");
    block_on(task).unwrap();
}

/// A waker that panics when it is dropped, in an awaiter's place, must not be left there: whoever
/// frees the task, often the executor's thread, would have the panic.
#[test]
fn a_panic_in_the_drop_of_a_waker() {
    struct Awaits(Counter, #[expect(dead_code)] PanicsOnDrop);
    impl Wake for Awaits {
        fn wake(self: Arc<Self>) {
            self.0.count();
        }
    }
    let woken = Counter::new();
    let executor = one_worker();
    let kept = Arc::new(Mutex::new(None::<Waker>));
    let (k, gate) = (kept.clone(), Gate::new());
    let g = gate.clone();
    let mut task = executor.spawn(async move {
        g.wait().await;
        poll_fn(|cx| {
            *k.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        })
        .await;
    });
    let mut poll = |waker: &Waker| {
        let mut cx = std::task::Context::from_waker(waker);
        catch_unwind(AssertUnwindSafe(|| std::pin::Pin::new(&mut task).poll(&mut cx).is_pending()))
    };
    let [first, second] = ["the first waker", "the second waker"]
        .map(|name| Waker::from(Arc::new(Awaits(woken.clone(), PanicsOnDrop(name)))));
    assert!(poll(&first).unwrap());
    drop(first);
    // Its last reference was the slot's, and goes in this poll. The second takes its place.
    assert!(poll(&second).is_err());
    drop(second);
    // And is woken, and ends, on the executor's thread, which contains the panic.
    gate.open();
    executor.join();
    assert_eq!(woken.get(), 1);
    drop(task);
    // The last reference to the task. No code of others is left in there.
    drop(kept.lock().unwrap().take().unwrap());
}

/// The text's first waker was made of a box per clone. With the data on the stack of `block_on`
/// instead, a waker that is kept dangles.
#[test]
fn a_waker_whose_data_lives_on_the_stack() {
    let mut kept = None;
    block_on(poll_fn(|cx| {
        kept = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    let waker = kept.unwrap();
    waker.wake_by_ref();
    thread::spawn(move || waker.wake()).join().unwrap();
}

/// A clone that copies the pointer without counting it is freed by each copy.
#[test]
fn a_waker_freed_twice() {
    let use_up = |waker: &Waker| {
        let clones: Vec<_> = (0..4).map(|_| waker.clone()).collect();
        for (number, clone) in clones.into_iter().enumerate() {
            if number % 2 == 0 { clone.wake() } else { drop(clone) }
        }
    };
    let mut polls = 0;
    block_on(poll_fn(|cx| {
        use_up(cx.waker());
        polls += 1;
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    let executor = one_worker();
    let mut polls = 0;
    let task = executor.spawn(poll_fn(move |cx| {
        use_up(cx.waker());
        polls += 1;
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    block_on(task).unwrap();
}

/// The text's `wake` forgot what it had read, as `wake_by_ref` must, and so leaked each waker that
/// was woken by value. Miri's leak check is the assertion here, and the count of the task's drops.
#[test]
fn a_wake_that_forgets_its_data() {
    let executor = one_worker();
    let drops = Counter::new();
    let guard = drops.on_drop();
    // A task is freed with its last waker, and its output with it.
    let task = executor.spawn(poll_fn(move |cx| {
        cx.waker().clone().wake();
        let _ = &guard;
        Poll::Ready(())
    }));
    block_on(task).unwrap();
    executor.join();
    assert_eq!(drops.get(), 1);
}

/// The text's `main` ended before its executor's thread had begun: nothing was printed.
#[test]
fn nobody_joined() {
    let done = Counter::new();
    let d = done.clone();
    let executor = one_worker();
    executor.spawn(async move { d.count() }).detach();
    executor.join();
    assert_eq!(done.get(), 1);
}

/// The text's loop ended with its first task.
#[test]
fn the_first_task_ends_the_loop() {
    let done = Counter::new();
    let executor = one_worker();
    for _ in 0..3 {
        let d = done.clone();
        executor.spawn(async move { d.count() }).detach();
    }
    block_on(executor.spawn(async {})).unwrap();
    executor.join();
    assert_eq!(done.get(), 3);
}

/// The text then ended its loop when a flag was up and no task was in the list, and did not look
/// into the channel in which new tasks came: one that was sent before the flag went up was lost.
#[test]
fn a_stop_flag_overtakes_a_task() {
    for _ in 0..MANY {
        let done = Counter::new();
        let d = done.clone();
        let executor = one_worker();
        executor.spawn(async move { d.count() }).detach();
        executor.join();
        assert_eq!(done.get(), 1);
    }
    // And with no task at all, it ends.
    one_worker().join();
}
