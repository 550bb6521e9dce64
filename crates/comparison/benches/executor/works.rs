//! What the executors have to do. The first six are what their own benchmarks measure.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::thread::{self, Thread};
use std::time::Duration;

use futures::channel::{mpsc, oneshot};
use futures::stream::StreamExt;
use futures::task::AtomicWaker;

use crate::contestants::{Runtime, TimerWork, Timers, Work};
use crate::countdown::LEFT;
use crate::harness::{Size, Turn};

/// Tasks that are spawned before anybody waits for them.
const TASKS: u64 = 10_000;
/// Tasks that yield by turns.
const YIELDERS: u64 = 200;
/// How many tasks there are from the first of a chain to its last.
const DEPTH: u64 = 1_000;
/// Pairs of tasks that there are at once.
const PAIRS: u64 = 1_000;
/// Tasks of a ring.
const RING: u64 = 300;
/// Timers that one task has at once.
const ARMED: u64 = 1_000;
/// Tasks that have so many timers.
const ARMING: u64 = 4;

/// The time of so many operations.
fn timed(operations: u64, work: impl FnOnce()) -> Turn {
    Turn::timed(Size { threads: 1, operations }, work)
}

/// `work` several times, with `most` at once at the most, and with `operations` in all.
fn timed_in_parts(operations: u64, most: u64, work: impl Fn(u64)) -> Turn {
    timed(operations, || {
        for done in (0..operations).step_by(most as usize) {
            work(most.min(operations - done));
        }
    })
}

/// Wakes its task while it is polled, as any future may.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Spawn tasks that have next to nothing to do, from a thread that is no worker, and wait for all. An operation is a task.
pub(crate) struct SpawnOutside;

impl Work for SpawnOutside {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        timed_in_parts(operations, TASKS, |tasks| {
            LEFT.begin(tasks);
            for _ in 0..tasks {
                runtime.spawn(async { LEFT.arrive() });
            }
            runtime.block_on(LEFT.all());
        })
    }
}

/// The same from a task. An operation is a task.
pub(crate) struct SpawnInside;

impl Work for SpawnInside {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        timed_in_parts(operations, TASKS, |tasks| {
            LEFT.begin(tasks);
            runtime.spawn(async move {
                for _ in 0..tasks {
                    runtime.spawn(async { LEFT.arrive() });
                }
            });
            runtime.block_on(LEFT.all());
        })
    }
}

/// Tasks that yield again and again. An operation is a yield.
pub(crate) struct Yield;

impl Work for Yield {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        let yields = operations.div_ceil(YIELDERS);
        timed(yields * YIELDERS, || {
            LEFT.begin(YIELDERS);
            for _ in 0..YIELDERS {
                runtime.spawn(async move {
                    for _ in 0..yields {
                        yield_now().await;
                    }
                    LEFT.arrive();
                });
            }
            runtime.block_on(LEFT.all());
        })
    }
}

/// Pairs of tasks: one spawns the other, sends it a message, and waits for the answer. An operation
/// is all that a pair does.
pub(crate) struct PingPong;

impl Work for PingPong {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        timed_in_parts(operations, PAIRS, |pairs| {
            LEFT.begin(pairs);
            runtime.spawn(async move {
                for _ in 0..pairs {
                    runtime.spawn(ping(runtime));
                }
            });
            runtime.block_on(LEFT.all());
        })
    }
}

async fn ping<R: Runtime>(runtime: R) {
    let (ping, pinged) = oneshot::channel::<()>();
    let (pong, ponged) = oneshot::channel::<()>();
    runtime.spawn(async move {
        // Nobody goes away before both have arrived.
        let _ = pinged.await;
        let _ = pong.send(());
    });
    let _ = ping.send(());
    let _ = ponged.await;
    LEFT.arrive();
}

/// Each task spawns the next and ends. An operation is a task.
pub(crate) struct Chain;

impl Work for Chain {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        timed_in_parts(operations, DEPTH, |depth| {
            LEFT.begin(1);
            link(runtime, depth);
            runtime.block_on(LEFT.all());
        })
    }
}

fn link<R: Runtime>(runtime: R, depth: u64) {
    runtime.spawn(async move {
        match depth {
            0 | 1 => LEFT.arrive(),
            _ => link(runtime, depth - 1),
        }
    });
}

/// Tasks in a ring, each with a channel to the next, pass one message round. An operation is a step
/// of the message.
pub(crate) struct Ring;

impl Work for Ring {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        let (first, last) = mpsc::unbounded::<u64>();
        let mut before = last;
        LEFT.begin(RING);
        for _ in 1..RING {
            let (next, after) = mpsc::unbounded();
            runtime.spawn(pass_on(mem::replace(&mut before, after), next));
        }
        runtime.spawn(pass_on(before, first.clone()));
        timed(operations, || {
            // All are there to receive.
            let _ = first.unbounded_send(operations);
            drop(first);
            runtime.block_on(LEFT.all());
        })
    }
}

/// The message says how many steps are left. The task that finds none is the first to end; then
/// its neighbour, who receives no more, and so on round the ring.
async fn pass_on(mut from: mpsc::UnboundedReceiver<u64>, to: mpsc::UnboundedSender<u64>) {
    while let Some(steps) = from.next().await {
        if steps == 0 || to.unbounded_send(steps - 1).is_err() {
            break;
        }
    }
    drop((from, to));
    LEFT.arrive();
}

/// A binary tree of tasks: each spawns two and awaits both. An operation is a task.
pub(crate) struct Tree;

impl Work for Tree {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        let depth = (operations + 1).ilog2();
        timed((1 << depth) - 1, || {
            LEFT.begin(1);
            runtime.spawn(async move {
                node(runtime, depth).await;
                LEFT.arrive();
            });
            runtime.block_on(LEFT.all());
        })
    }
}

async fn node<R: Runtime>(runtime: R, depth: u32) {
    if depth > 1 {
        let children = [start_node(runtime, depth - 1), start_node(runtime, depth - 1)];
        for child in children {
            child.await;
        }
    }
}

/// A function of its own, because no future can contain itself; it does not: it has the handle.
fn start_node<R: Runtime>(runtime: R, depth: u32) -> R::Handle {
    runtime.start(node(runtime, depth))
}

/// A thread that is no worker wakes a task, and sleeps until the task has answered. An operation is
/// the way there and back.
pub(crate) struct WakeAcross;

/// A number that rises, and who waits for it.
struct Bell {
    rung: AtomicU64,
    task: AtomicWaker,
}

impl Bell {
    async fn rung(&self, times: u64) {
        poll_fn(|cx| {
            self.task.register(cx.waker());
            // Acquire: pairs with the Release in `ring`.
            match self.rung.load(Ordering::Acquire) >= times {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    fn ring(&self, times: u64) {
        // Release: pairs with the Acquire in `rung`.
        self.rung.store(times, Ordering::Release);
        self.task.wake();
    }
}

impl Work for WakeAcross {
    fn run<R: Runtime>(runtime: R, operations: u64) -> Turn {
        static BELL: Bell = Bell { rung: AtomicU64::new(0), task: AtomicWaker::new() };
        static ANSWERED: AtomicU64 = AtomicU64::new(0);

        LEFT.begin(1);
        BELL.rung.store(0, Ordering::Relaxed);
        ANSWERED.store(0, Ordering::Relaxed);
        timed(operations, || {
            let outside = thread::spawn(move || {
                for times in 1..=operations {
                    BELL.ring(times);
                    // Acquire: pairs with the Release in the task.
                    while ANSWERED.load(Ordering::Acquire) < times {
                        thread::park();
                    }
                }
            });
            let thread: Thread = outside.thread().clone();
            runtime.spawn(async move {
                for times in 1..=operations {
                    BELL.rung(times).await;
                    // Release: pairs with the Acquire outside.
                    ANSWERED.store(times, Ordering::Release);
                    thread.unpark();
                }
                LEFT.arrive();
            });
            runtime.block_on(LEFT.all());
            assert!(outside.join().is_ok());
        })
    }
}

/// Tasks that sleep, each for five milliseconds and a bit, all at about the same time. An operation
/// is a task; what is measured contains the five milliseconds.
pub(crate) struct Sleepers;

impl TimerWork for Sleepers {
    fn run<R: Timers>(runtime: R, operations: u64) -> Turn {
        timed(operations, || {
            LEFT.begin(operations);
            for number in 0..operations {
                let time = Duration::from_micros(5_000 + number % 1_000);
                runtime.spawn(async move {
                    runtime.sleep(time).await;
                    LEFT.arrive();
                });
            }
            runtime.block_on(LEFT.all());
        })
    }
}

/// Timers that never ring: made, polled once, and dropped with a thousand others, by each of a few
/// tasks. It is what becomes of most timeouts. An operation is a timer.
pub(crate) struct Timeouts;

impl TimerWork for Timeouts {
    fn run<R: Timers>(runtime: R, operations: u64) -> Turn {
        let batches = operations.div_ceil(ARMED * ARMING);
        timed(batches * ARMED * ARMING, || {
            LEFT.begin(ARMING);
            for _ in 0..ARMING {
                runtime.spawn(async move {
                    for _ in 0..batches {
                        arm_and_disarm(runtime).await;
                    }
                    LEFT.arrive();
                });
            }
            runtime.block_on(LEFT.all());
        })
    }
}

async fn arm_and_disarm<R: Timers>(runtime: R) {
    let mut timers: Vec<Pin<Box<_>>> = Vec::with_capacity(ARMED as usize);
    for number in 0..ARMED {
        let time = Duration::from_secs(60) + Duration::from_millis(number);
        timers.push(Box::pin(runtime.sleep(time)));
    }
    for timer in &mut timers {
        let pending = poll_fn(|cx| Poll::Ready(timer.as_mut().poll(cx).is_pending())).await;
        assert!(pending);
    }
    // The other tasks have theirs at the same time.
    yield_now().await;
}

/// Block on a future, without tasks.
pub(crate) fn block_again_and_again(size: Size, block_on: impl Fn() -> u64) -> Turn {
    Turn::timed(size, || {
        for _ in 0..size.operations {
            black_box(block_on());
        }
    })
}
