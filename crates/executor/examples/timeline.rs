//! A run as a picture: a tree of tasks on two workers, each of which computes for a while.
//!
//! ```text
//! cargo run --release -p executor --example timeline > timeline.svg
//! cargo run --release -p executor --example timeline -- --chrome > timeline.json
//! ```
//!
//! The second is for Perfetto or `chrome://tracing`.

use executor::{Executor, Spawner, Timeline, sleep};
use std::hint::black_box;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Keep the processor busy.
fn compute(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        black_box(start);
    }
}

/// Two subtrees at a time, then some work of its own.
fn tree(spawner: Spawner, depth: u32) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        compute(Duration::from_micros(30));
        if depth > 0 {
            let [one, two] = [(); 2].map(|()| spawner.spawn(tree(spawner.clone(), depth - 1)));
            // Neither can be cancelled here, nor panics.
            let _ = (one.await, two.await);
            compute(Duration::from_micros(30));
        }
    })
}

fn main() -> std::io::Result<()> {
    let timeline = Timeline::new();
    let executor = Executor::builder().workers(2).timeline(&timeline).build()?;
    executor.spawn(tree(executor.spawner(), 4)).detach();
    // Both workers sleep until then.
    let spawner = executor.spawner();
    executor
        .spawn(async move {
            sleep(Duration::from_millis(3)).await;
            tree(spawner, 3).await;
        })
        .detach();
    executor.join();
    let chrome = std::env::args().any(|arg| arg == "--chrome");
    print!("{}", if chrome { timeline.chrome_trace() } else { timeline.svg(900) });
    Ok(())
}
