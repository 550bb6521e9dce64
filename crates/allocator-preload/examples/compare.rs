//! Real programs on their own allocator, on ours, and on others that are installed: wall time, processor time and
//! peak resident memory, the best of several rounds, the allocators taking turns. (Their own is the C library's;
//! but Debian builds redis with jemalloc.)
//!
//! ```text
//! cargo build --release -p allocator-preload
//! cargo run --release -p allocator-preload --example compare -- target/release/liballocator_preload.so 7
//! ```
//!
//! Debian has others in the packages `libmimalloc2.0` and `libjemalloc2`; each `.so` file that is named after
//! the number of rounds takes part as well.
#![cfg(target_os = "linux")]

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, mem, thread};

/// Where the programs' own files are.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs");

/// A name, and what `sh` runs; `$0` is the folder of the files.
const WORKS: [(&str, &str); 5] = [
    ("python3", "PYTHONMALLOC=malloc exec python3 \"$0/threads.py\""),
    ("sqlite3", "exec sqlite3 -batch rows.db <\"$0/rows.sql\""),
    ("gcc", "gcc -O1 \"$0/compiled.c\" -o c && exec g++ -O1 \"$0/compiled.cpp\" -o cpp"),
    ("git", "exec sh \"$0/history.sh\""),
    ("redis", "exec redis-server --port 0 --unixsocket socket --save '' --daemonize no"),
];

/// What a program took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// Of the processor, in the program and in the system for it.
    processor: Duration,
    /// Peak resident memory of the largest process, in KiB.
    memory: i64,
}

impl Cost {
    const WORST: Self = Self { wall: Duration::MAX, processor: Duration::MAX, memory: i64::MAX };

    fn min(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            processor: self.processor.min(other.processor),
            memory: self.memory.min(other.memory),
        }
    }
}

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let ours = args.next().ok_or_else(|| io::Error::other("which library?"))?;
    let rounds: usize = args.next().and_then(|it| it.parse().ok()).unwrap_or(5);
    let mut allocators = vec![("its own".to_owned(), None), ("ours".to_owned(), Some(ours.into()))];
    for other in args.map(PathBuf::from) {
        let name = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
        allocators.push((name, Some(other)));
    }
    for (_, file) in &mut allocators {
        if let Some(file) = file {
            *file = file.canonicalize()?;
        }
    }
    for (name, script) in WORKS {
        let mut best = vec![Cost::WORST; allocators.len()];
        for _ in 0..rounds {
            for ((_, library), best) in allocators.iter().zip(&mut best) {
                *best = best.min(run(name, script, library.as_deref())?);
            }
        }
        for ((allocator, _), best) in allocators.iter().zip(&best) {
            let [wall, processor] = [best.wall, best.processor].map(|it| it.as_secs_f64());
            let mib = best.memory as f64 / 1024.0;
            println!("{name:<8} {allocator:<20} {wall:7.3} s {processor:7.3} s {mib:7.1} MiB");
        }
    }
    Ok(())
}

fn run(name: &str, script: &str, library: Option<&Path>) -> io::Result<Cost> {
    let folder = env::temp_dir().join(format!("allocator-preload-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAMS]).current_dir(&folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(library) = library {
        command.env("LD_PRELOAD", library);
    }
    let mut start = Instant::now();
    let process = command.spawn()?;
    if name == "redis" {
        start = use_server(&folder)?;
    }
    let cost = wait(process.id(), start)?;
    fs::remove_dir_all(&folder)?;
    Ok(cost)
}

/// Give a redis server something to do, and end it. When that began.
fn use_server(folder: &Path) -> io::Result<Instant> {
    let socket = folder.join("socket");
    for _ in 0..1000 {
        if socket.exists() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let start = Instant::now();
    let mut benchmark = Command::new("redis-benchmark");
    benchmark.args(["-s", "socket", "-q", "-c", "20", "-P", "16", "-n", "200000"]);
    benchmark.args(["-r", "50000", "-d", "200", "-t", "set,get,lpush,rpop,sadd,hset,zadd"]);
    let mut end = Command::new("redis-cli");
    end.args(["-s", "socket", "SHUTDOWN", "NOSAVE"]);
    for command in [&mut benchmark, &mut end] {
        command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    }
    Ok(start)
}

/// Wait for a child to end, and ask what it took.
fn wait(process: u32, start: Instant) -> io::Result<Cost> {
    let mut status = 0;
    // SAFETY: a structure of numbers, for which zeros are fine.
    let mut usage: libc::rusage = unsafe { mem::zeroed() };
    // SAFETY: both places are there to be written.
    let ended = unsafe { libc::wait4(process.cast_signed(), &mut status, 0, &mut usage) };
    let wall = start.elapsed();
    if ended == -1 || status != 0 {
        return Err(io::Error::other(format!("a program failed: {status}")));
    }
    let [user, system] = [usage.ru_utime, usage.ru_stime].map(|time| {
        Duration::new(time.tv_sec.cast_unsigned(), time.tv_usec.cast_unsigned() as u32 * 1000)
    });
    Ok(Cost { wall, processor: user + system, memory: usage.ru_maxrss })
}
