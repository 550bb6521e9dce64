//! Every protocol between threads, in every order that loom can think of.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p executor --test loom --release`

#![cfg(loom)]
#![allow(clippy::unwrap_used)]

use executor::model::{Lone, Sleeper};
use executor::{Executor, Task, TaskError, block_on};
use loom::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};
use loom::sync::mpsc::{Sender, channel};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use std::future::poll_fn;
use std::task::{Context, Poll, Wake, Waker};

/// Explore `model`; what needs more than this many switches at bad moments is not looked for.
fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// Ready when `flag` is up. Each poll that finds it down sends its waker.
async fn flagged(flag: Arc<AtomicBool>, wakers: Sender<Waker>) {
    poll_fn(|cx| {
        // Sent before the look, so that a flag that goes up after it is followed by a wake. Relaxed:
        // that the poll after a wake sees the flag is the executor's promise, not the flag's.
        wakers.send(cx.waker().clone()).unwrap();
        if flag.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Counts its drops.
struct CountsDrop(Arc<AtomicUsize>);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn parker_loses_no_wake() {
    check(4, || {
        let sleeper = Arc::new(Sleeper::new());
        let data = Arc::new(AtomicUsize::new(0));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let (sleeper, data) = (sleeper.clone(), data.clone());
                thread::spawn(move || {
                    data.fetch_add(1, Relaxed);
                    sleeper.unpark();
                })
            })
            .collect();
        // A lost wake is a deadlock; a wake without its data is a sleep too many, and a deadlock.
        while data.load(Relaxed) < 2 {
            sleeper.park();
        }
        others.into_iter().for_each(|other| other.join().unwrap());
    });
}

#[test]
fn parker_forgets_nothing_when_the_token_is_taken() {
    check(4, || {
        let sleeper = Arc::new(Sleeper::new());
        let other = thread::spawn({
            let sleeper = sleeper.clone();
            move || sleeper.unpark()
        });
        // What polled code may do.
        sleeper.waste_token();
        sleeper.park();
        other.join().unwrap();
    });
}

/// A pool's worker sleeps here and there: in its reactor when it is the keeper, and else in its parker.
#[test]
fn parker_loses_no_wake_of_who_sleeps_elsewhere() {
    check(4, || {
        let sleeper = Arc::new(Sleeper::new());
        let data = Arc::new(AtomicUsize::new(0));
        let elsewhere = Arc::new((Mutex::new(false), Condvar::new()));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let (sleeper, data) = (sleeper.clone(), data.clone());
                let elsewhere = elsewhere.clone();
                thread::spawn(move || {
                    data.fetch_add(1, Relaxed);
                    if sleeper.end_sleep() {
                        *elsewhere.0.lock().unwrap() = true;
                        elsewhere.1.notify_one();
                    }
                })
            })
            .collect();
        // A lost wake is a deadlock; a wake without its data is a sleep too many, and a deadlock.
        while data.load(Relaxed) < 1 {
            sleeper.sleep_in(|| {
                let mut interrupted = elsewhere.0.lock().unwrap();
                while !std::mem::take(&mut *interrupted) {
                    interrupted = elsewhere.1.wait(interrupted).unwrap();
                }
            });
        }
        while data.load(Relaxed) < 2 {
            sleeper.park();
        }
        others.into_iter().for_each(|other| other.join().unwrap());
    });
}

#[test]
fn block_on_sees_what_was_before_the_wake() {
    check(3, || {
        let (flag, (sender, receiver)) = (Arc::new(AtomicBool::new(false)), channel());
        let other = thread::spawn({
            let flag = flag.clone();
            move || {
                let waker: Waker = receiver.recv().unwrap();
                flag.store(true, Relaxed);
                waker.wake();
                receiver
            }
        });
        block_on(flagged(flag, sender));
        drop(other.join().unwrap());
    });
}

#[test]
fn wake_against_poll() {
    check(3, || {
        let lone = Lone::new();
        let (flag, (sender, receiver)) = (Arc::new(AtomicBool::new(false)), channel());
        lone.spawner().spawn(flagged(flag.clone(), sender)).detach();
        let other = thread::spawn(move || {
            let waker: Waker = receiver.recv().unwrap();
            flag.store(true, Relaxed);
            waker.wake();
            receiver
        });
        // A lost wake is a deadlock here.
        lone.finish();
        drop(other.join().unwrap());
    });
}

#[test]
fn second_wake_finds_the_task_scheduled() {
    // With two switches it does not see a wake that only looks.
    check(3, || {
        let lone = Lone::new();
        let (flag, (sender, receiver)) = (Arc::new(AtomicBool::new(false)), channel());
        lone.spawner().spawn(flagged(flag.clone(), sender)).detach();
        let other = thread::spawn(move || {
            let waker: Waker = receiver.recv().unwrap();
            let third = thread::spawn({
                let waker = waker.clone();
                move || waker.wake()
            });
            // If the third thread's wake has scheduled the task already, this one must still bring
            // the flag with it.
            flag.store(true, Relaxed);
            waker.wake_by_ref();
            third.join().unwrap();
            drop(waker);
            receiver
        });
        lone.finish();
        drop(other.join().unwrap());
    });
}

#[test]
fn cancel_against_completion() {
    check(3, || {
        let lone = Lone::new();
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountsDrop(drops.clone());
        let mut task = lone.spawner().spawn(async move {
            let _guard = guard;
            7
        });
        let other = thread::spawn(move || {
            task.cancel();
            match block_on(task) {
                Ok(output) => assert_eq!(output, 7),
                Err(error) => assert!(error.is_cancelled()),
            }
        });
        lone.finish();
        assert_eq!(drops.load(SeqCst), 1);
        other.join().unwrap();
    });
}

#[test]
fn output_read_against_completion() {
    check(3, || {
        let lone = Lone::new();
        let task = lone.spawner().spawn(async { Box::new(7) });
        let other = thread::spawn(move || assert_eq!(*block_on(task).unwrap(), 7));
        lone.finish();
        other.join().unwrap();
    });
}

#[test]
fn detach_against_completion() {
    check(4, || {
        let lone = Lone::new();
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountsDrop(drops.clone());
        let task = lone.spawner().spawn(async move { guard });
        let other = thread::spawn(move || task.detach());
        lone.finish();
        other.join().unwrap();
        // Dropped by one of the two, and by one only.
        assert_eq!(drops.load(SeqCst), 1);
    });
}

#[test]
fn await_then_drop_against_completion() {
    check(3, || {
        let lone = Lone::new();
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountsDrop(drops.clone());
        let task = lone.spawner().spawn(async move { guard });
        let other = thread::spawn(move || {
            let mut task = std::pin::pin!(task);
            // Twice, so that the slot is claimed back from the executor.
            for _ in 0..2 {
                let once = poll_fn(|cx| Poll::Ready(task.as_mut().poll(cx).is_ready()));
                if block_on(once) {
                    return;
                }
            }
        });
        lone.finish();
        other.join().unwrap();
        assert_eq!(drops.load(SeqCst), 1);
    });
}

#[test]
fn drop_of_an_awaited_task_wakes_nobody() {
    /// Never to be woken.
    struct Asleep;
    impl Wake for Asleep {
        fn wake(self: std::sync::Arc<Self>) {
            panic!("woken by one's own drop");
        }
    }
    check(3, || {
        let lone = Lone::new();
        let mut task: Task<()> = lone.spawner().spawn(std::future::pending());
        let other = thread::spawn(move || {
            let waker = Waker::from(std::sync::Arc::new(Asleep));
            let poll = std::pin::Pin::new(&mut task).poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending());
            drop(task);
        });
        lone.finish();
        other.join().unwrap();
    });
}

#[test]
fn last_handle_against_wake() {
    check(3, || {
        let lone = Lone::new();
        let (sender, receiver) = channel();
        let task: Task<()> = lone.spawner().spawn(poll_fn(move |cx| {
            sender.send(cx.waker().clone()).unwrap();
            Poll::Pending
        }));
        let other = thread::spawn(move || {
            let waker: Waker = receiver.recv().unwrap();
            let third = thread::spawn(move || waker.wake());
            drop(task);
            third.join().unwrap();
            while receiver.try_recv().is_ok() {}
            receiver
        });
        lone.finish();
        drop(other.join().unwrap());
    });
}

#[test]
fn wake_against_the_end() {
    check(3, || {
        let lone = Lone::new();
        let (sender, receiver) = channel();
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountsDrop(drops.clone());
        let task = lone.spawner().spawn(poll_fn(move |cx| {
            let _ = &guard;
            sender.send(cx.waker().clone()).unwrap();
            Poll::<()>::Pending
        }));
        let mut other = None;
        lone.run_until_stopped(|stop| {
            other = Some(thread::spawn(move || {
                let waker: Waker = receiver.recv().unwrap();
                stop();
                // The executor may be gone before, during and after this.
                waker.wake();
                receiver
            }));
        });
        assert_eq!(drops.load(SeqCst), 1);
        assert!(matches!(block_on(task), Err(TaskError::Cancelled)));
        drop(other.unwrap().join().unwrap());
    });
}

#[test]
fn spawn_against_the_end() {
    check(3, || {
        let lone = Lone::new();
        let spawner = lone.spawner().clone();
        let drops = Arc::new(AtomicUsize::new(0));
        let guard = CountsDrop(drops.clone());
        let other = thread::spawn(move || {
            let task = spawner.spawn(async move {
                let _guard = guard;
            });
            match block_on(task) {
                Ok(()) | Err(TaskError::Cancelled) => {}
                Err(error) => panic!("{error}"),
            }
        });
        lone.finish();
        other.join().unwrap();
        assert_eq!(drops.load(SeqCst), 1);
    });
}

#[test]
fn executor_on_its_own_thread() {
    check(2, || {
        let executor = Executor::builder().workers(1).build().unwrap();
        let task = executor.spawn(async { 7 });
        executor.join();
        assert_eq!(block_on(task).unwrap(), 7);
    });
}

#[test]
fn executor_dropped_while_a_task_waits() {
    check(2, || {
        let executor = Executor::builder().workers(1).build().unwrap();
        let task = executor.spawn(std::future::pending::<()>());
        drop(executor);
        assert!(block_on(task).unwrap_err().is_cancelled());
    });
}
