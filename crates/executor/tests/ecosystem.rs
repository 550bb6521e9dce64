//! The traits of others.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

mod common;

use common::Counter;
use std::future::pending;

#[cfg(feature = "futures-task")]
mod futures_task {
    use super::{Counter, pending};
    use executor::{Executor, LocalExecutor, block_on};
    use futures::task::{LocalSpawn, LocalSpawnExt, Spawn, SpawnExt};
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn a_generic_spawner_runs_tasks_on_the_pool() {
        /// Any executor: its spawner is asked for by reference, by box and by value.
        fn sum(spawner: impl Spawn) -> u32 {
            let tasks: Vec<_> =
                (0..10).map(|n| spawner.spawn_with_handle(async move { n }).unwrap()).collect();
            block_on(async {
                let mut sum = 0;
                for task in tasks {
                    sum += task.await;
                }
                sum
            })
        }
        let executor = Executor::builder().workers(2).build().unwrap();
        assert_eq!(sum(&executor), 45);
        assert_eq!(sum(executor.spawner()), 45);
        assert_eq!(sum(Box::new(executor.spawner()) as Box<dyn Spawn>), 45);
    }

    #[test]
    fn what_is_spawned_is_detached() {
        let done = Counter::new();
        let executor = Executor::new();
        let count = done.clone();
        executor.spawner().spawn_obj(Box::pin(async move { count.count() }).into()).unwrap();
        executor.join();
        assert_eq!(done.get(), 1);
    }

    #[test]
    fn the_end_of_a_pool_is_told() {
        let drops = Counter::new();
        let executor = Executor::new();
        let spawner = executor.spawner();
        assert!(executor.status().is_ok());
        assert!(spawner.status().is_ok());
        let guard = drops.on_drop();
        SpawnExt::spawn(&spawner, async move {
            let _guard = guard;
            pending().await
        })
        .unwrap();
        drop(executor);
        assert_eq!(drops.get(), 1);
        assert!(spawner.status().unwrap_err().is_shutdown());
        let guard = drops.on_drop();
        let refused = SpawnExt::spawn(&spawner, async move { drop(guard) });
        assert!(refused.unwrap_err().is_shutdown());
        assert_eq!(drops.get(), 2);
    }

    #[test]
    fn a_task_spawns_while_its_executor_is_joined() {
        let done = Counter::new();
        let executor = Executor::new();
        let (spawner, count) = (executor.spawner(), done.clone());
        let (go, gone) = futures::channel::oneshot::channel::<()>();
        executor
            .spawn(async move {
                gone.await.unwrap();
                spawner.status().unwrap();
                SpawnExt::spawn(&spawner, async move { count.count() }).unwrap();
            })
            .detach();
        let late = std::thread::spawn(move || {
            // The join has most probably begun by then.
            std::thread::sleep(std::time::Duration::from_millis(20));
            go.send(()).unwrap();
        });
        executor.join();
        late.join().unwrap();
        assert_eq!(done.get(), 1);
    }

    #[test]
    fn a_local_spawner_runs_tasks_that_are_not_send() {
        let executor = LocalExecutor::new();
        let spawner: Box<dyn LocalSpawn> = Box::new(executor.spawner());
        let sum = Rc::new(Cell::new(0));
        for n in 0..10 {
            let sum = sum.clone();
            spawner.spawn_local(async move { sum.set(sum.get() + n) }).unwrap();
        }
        let count = sum.clone();
        executor.spawn_local(async move { count.set(count.get() + 100) }).unwrap();
        SpawnExt::spawn(&executor, async {}).unwrap();
        SpawnExt::spawn(&executor.spawner(), async {}).unwrap();
        executor.run();
        assert_eq!(sum.get(), 145);
    }

    #[test]
    fn the_end_of_a_local_executor_is_told() {
        let drops = Counter::new();
        let executor = LocalExecutor::new();
        let spawner = executor.spawner();
        assert!(executor.status_local().is_ok());
        assert!(spawner.status_local().is_ok());
        drop(executor);
        assert!(spawner.status().unwrap_err().is_shutdown());
        let guard = drops.on_drop();
        let refused = spawner.spawn_local(async move { drop(guard) });
        assert!(refused.unwrap_err().is_shutdown());
        assert_eq!(drops.get(), 1);
    }
}

#[cfg(feature = "hyper")]
mod hyper {
    use super::{Counter, pending};
    use executor::{Executor, HyperTimer, LocalExecutor, Sleep, block_on};
    use hyper::rt::{Executor as _, Timer};
    use std::rc::Rc;
    use std::time::{Duration, Instant};

    #[test]
    fn what_hyper_executes_is_detached() {
        let (done, drops) = (Counter::new(), Counter::new());
        let executor = Executor::new();
        let (count, guard) = (done.clone(), drops.on_drop());
        executor.spawner().execute(async move {
            count.count();
            let _guard = guard;
            "an output that nobody asks for"
        });
        executor.join();
        assert_eq!((done.get(), drops.get()), (1, 1));
    }

    #[test]
    fn a_local_spawner_executes_what_is_not_send() {
        let executor = LocalExecutor::new();
        let shared = Rc::new(());
        let held = shared.clone();
        executor.spawner().execute(async move { drop(held) });
        assert_eq!(Rc::strong_count(&shared), 2);
        executor.run();
        assert_eq!(Rc::strong_count(&shared), 1);
    }

    #[test]
    fn a_sleep_is_ready_at_its_deadline_and_not_before() {
        let timer = HyperTimer;
        let start = timer.now();
        block_on(timer.sleep(Duration::from_millis(10)));
        assert!(start.elapsed() >= Duration::from_millis(10));
        let deadline = timer.now() + Duration::from_millis(10);
        block_on(timer.sleep_until(deadline));
        assert!(Instant::now() >= deadline);
    }

    #[test]
    fn a_sleep_that_is_reset_stays_where_it_is() {
        let executor = Executor::new();
        let mut timer = HyperTimer.sleep(Duration::from_secs(1 << 40));
        let place = std::ptr::from_ref(&*timer).addr();
        // Once with a timer that is registered, once with one that is not.
        for _ in 0..2 {
            let deadline = Instant::now() + Duration::from_millis(5);
            HyperTimer.reset(&mut timer, deadline);
            assert_eq!(std::ptr::from_ref(&*timer).addr(), place);
            let ready = executor.spawn(async move {
                timer.as_mut().await;
                (timer,)
            });
            (timer,) = block_on(ready).unwrap();
            assert!(Instant::now() >= deadline);
            assert!(timer.as_mut().downcast_mut_pin::<Sleep>().unwrap().is_elapsed());
        }
    }

    #[test]
    fn a_sleep_of_another_timer_is_replaced() {
        struct Never;
        impl Future for Never {
            type Output = ();
            fn poll(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<()> {
                std::task::Poll::Pending
            }
        }
        impl hyper::rt::Sleep for Never {}
        let mut sleep: std::pin::Pin<Box<dyn hyper::rt::Sleep>> = Box::pin(Never);
        HyperTimer.reset(&mut sleep, Instant::now());
        block_on(sleep);
    }

    #[test]
    fn a_task_of_hyper_ends_with_the_executor() {
        let drops = Counter::new();
        let executor = Executor::new();
        let guard = drops.on_drop();
        executor.spawner().execute(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        drop(executor);
        assert_eq!(drops.get(), 1);
    }
}
