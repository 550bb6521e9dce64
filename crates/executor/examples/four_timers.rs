//! Four timers on one executor: 150, 150, 50 and 200 ms.
//!
//! They end in the order of their length, all of it takes as long as the longest, and while they
//! wait the processor rests.

use executor::{Executor, sleep};
use std::time::{Duration, Instant};

fn main() {
    let used_before = processor_time();
    let executor = Executor::new();
    let start = Instant::now();
    for (number, milliseconds) in [(1, 150), (2, 150), (3, 50), (4, 200)] {
        let task = async move {
            let start = Instant::now();
            sleep(Duration::from_millis(milliseconds)).await;
            println!("[task {number}] slept {milliseconds} ms in {:?}", start.elapsed());
        };
        executor.spawn(task).detach();
    }
    println!("[main] four tasks spawned, joining");
    executor.join();
    println!("[main] joined after {:?}", start.elapsed());
    match (used_before, processor_time()) {
        (Some(before), Some(after)) => {
            println!("[main] processor time, in steps of 10 ms: {:?}", after - before);
        }
        _ => println!("[main] processor time: not known on this system"),
    }
}

/// What this process has used of the processor, by the kernel's account (Linux only).
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which ends with the last parenthesis, user and system time are the 12th and
    // the 13th field, in hundredths of a second.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}
