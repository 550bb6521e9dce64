//! Tasks to be looked at with tokio-console.
//!
//! ```text
//! cargo install tokio-console
//! cargo run --release -p executor-console -- [SECONDS] &
//! tokio-console
//! ```
//!
//! console-subscriber brings a tokio of its own, on a thread of its own, for its server. That the tasks are not
//! tokio's it is told by `--cfg console_without_tokio_unstable`, in `.cargo/config.toml`.

use executor::{Executor, Spawner, TaskOptions, block_on, sleep};
use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

fn main() {
    if !cfg!(console_without_tokio_unstable) {
        eprintln!("RUSTFLAGS is set: it lacks \"--cfg console_without_tokio_unstable\"");
        return;
    }
    let seconds = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(60);
    console_subscriber::init();

    let executor = Executor::builder().workers(2).build().expect("two threads can be started");
    let named = |name| TaskOptions::new().name(name);
    executor.spawn_with(named("rests"), rests()).detach();
    executor.spawn_with(named("works"), works()).detach();
    executor.spawn_with(named("wakes itself"), wakes_itself()).detach();
    executor.spawn_with(named("spawns"), spawns(executor.spawner())).detach();
    println!("{seconds} s for tokio-console to look at http://127.0.0.1:6669");
    block_on(sleep(Duration::from_secs(seconds)));
}

/// Idle most of the time.
async fn rests() {
    loop {
        sleep(Duration::from_millis(500)).await;
    }
}

/// Busy half of the time.
async fn works() {
    loop {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// The console warns of it: nothing but its own wakes.
async fn wakes_itself() {
    loop {
        std::thread::sleep(Duration::from_millis(1));
        let mut woken = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut woken, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// Three short lives a second.
async fn spawns(spawner: Spawner) {
    loop {
        spawner.spawn(sleep(Duration::from_millis(100))).detach();
        sleep(Duration::from_millis(333)).await;
    }
}
