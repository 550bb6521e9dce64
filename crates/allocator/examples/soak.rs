//! Threads that come and go, allocate, free what others allocated and leave blocks behind, until the time is
//! up: on `ThreadHeap`. Each block's bytes are checked when it is freed. At the end everything is freed, and
//! what is resident is compared with what was at the start.
//!
//! `cargo xtask soak allocator` builds this, follows it and sums up. By hand:
//! `cargo run --release -p allocator --example soak -- --seconds 60 --seed 1`
//!
//! A history is the life of a thread. Every second, and at the end, a line says how far it is.

use std::alloc::{GlobalAlloc, Layout};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use allocator::ThreadHeap;
use allocator::map::Walk;

static HEAP: ThreadHeap = ThreadHeap::new();

/// How many threads there are at a time.
const CREW: usize = 6;

/// What is resident at the end may be so much more than at the start: the C library keeps some for its own.
const GROWTH_KIB: u64 = 2 << 10;

static HISTORIES: AtomicU64 = AtomicU64::new(0);
static OVERLAPPING: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

/// Blocks that pass from thread to thread.
static SHARED: Mutex<Vec<Block>> = Mutex::new(Vec::new());

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn layout(&mut self) -> Layout {
        let most = [64, 64, 64, 1 << 10, 8 << 10, 100 << 10, 3 << 20][self.below(7)];
        let align = 1 << if self.below(10) == 0 { self.below(16) } else { self.below(5) };
        // Large blocks are rare.
        let size = if most > 1 << 20 && self.below(50) != 0 { 1 } else { 1 + self.below(most) };
        Layout::from_size_align(size, align).unwrap_or(Layout::new::<u64>())
    }
}

/// A block whose first and last bytes say what they are.
struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

// SAFETY: a block has one owner.
unsafe impl Send for Block {}

impl Block {
    fn new(random: &mut Random) -> Self {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let layout = random.layout();
        let zeroed = random.below(8) == 0;
        let allocate = if zeroed { ThreadHeap::alloc_zeroed } else { ThreadHeap::alloc };
        // SAFETY: the size is not 0.
        let start = unsafe { allocate(&HEAP, layout) };
        assert!(!start.is_null(), "no memory for {layout:?}");
        assert!(start.addr().is_multiple_of(layout.align()), "{start:?} for {layout:?}");
        let block = Self { start, layout, mark: random.below(256) as u8 };
        if zeroed {
            assert_eq!(block.ends(), [0, 0], "not zeroed: {layout:?}");
        }
        block.fill();
        block
    }

    fn last(&self) -> *mut u8 {
        // SAFETY: the size is not 0.
        unsafe { self.start.add(self.layout.size() - 1) }
    }

    fn fill(&self) {
        for end in [self.start, self.last()] {
            // SAFETY: the block is ours.
            unsafe { end.write(self.mark) };
        }
    }

    fn ends(&self) -> [u8; 2] {
        // SAFETY: the block is ours, and was written.
        [self.start, self.last()].map(|end| unsafe { end.read() })
    }

    fn check(&self) {
        assert_eq!(self.ends(), [self.mark; 2], "{:?} at {:?}", self.layout, self.start);
    }

    fn resize(&mut self, random: &mut Random) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.check();
        let size = random.layout().size();
        // SAFETY: the block is ours, with this layout.
        let start = unsafe { HEAP.realloc(self.start, self.layout, size) };
        assert!(!start.is_null(), "no memory for {size} bytes");
        self.start = start;
        self.layout = Layout::from_size_align(size, self.layout.align()).unwrap_or(self.layout);
        // SAFETY: the first byte was kept.
        assert_eq!(unsafe { start.read() }, self.mark, "lost by realloc");
        self.fill();
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.check();
        // SAFETY: the block is ours, and given up.
        unsafe { HEAP.dealloc(self.start, self.layout) };
    }
}

/// A thread's life.
fn live(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut own: Vec<Block> = Vec::new();
    let mut overlapped = false;
    for _ in 0..random.below(3000) {
        match random.below(10) {
            0..4 => own.push(Block::new(&mut random)),
            4..6 if !own.is_empty() => {
                let at = random.below(own.len());
                own.swap_remove(at);
            }
            6 if !own.is_empty() => {
                let at = random.below(own.len());
                own[at].resize(&mut random);
            }
            7..9 => {
                let Ok(mut shared) = SHARED.lock() else { return };
                if shared.len() < 2000
                    && let Some(block) = own.pop()
                {
                    shared.push(block);
                }
            }
            _ => {
                let Ok(mut shared) = SHARED.lock() else { return };
                let at = random.below(shared.len());
                let taken = (!shared.is_empty()).then(|| shared.swap_remove(at));
                drop(shared);
                overlapped |= taken.is_some();
            }
        }
    }
    HISTORIES.fetch_add(1, Ordering::Relaxed);
    OVERLAPPING.fetch_add(u64::from(overlapped), Ordering::Relaxed);
}

/// What is resident, in KiB, where the system says it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn tell(what: &str, at_start: Option<u64>) {
    let (histories, calls) = (HISTORIES.load(Ordering::Relaxed), CALLS.load(Ordering::Relaxed));
    let overlapping = OVERLAPPING.load(Ordering::Relaxed);
    print!("{what}: histories={histories} overlapping={overlapping} calls={calls}");
    if let Some(now) = resident() {
        print!(" resident_kib={now}");
    }
    if let Some(start) = at_start {
        print!(" resident_kib_at_start={start}");
    }
    println!();
}

/// The value after `name` among the arguments.
fn argument(name: &str, otherwise: u64) -> Option<u64> {
    let mut args = std::env::args().skip_while(|arg| arg != name);
    if args.next().is_none() {
        return Some(otherwise);
    }
    args.next()?.parse().ok()
}

/// Rounds of a crew until `end`.
fn rounds(seed: u64, end: Instant) -> Result<(), ()> {
    let mut next = seed;
    let mut told = Instant::now();
    while Instant::now() < end {
        let crew: Vec<_> =
            (0..CREW as u64).map(|n| thread::spawn(move || live(next + n))).collect();
        next += CREW as u64;
        for thread in crew {
            thread.join().map_err(|_| ())?;
        }
        if told.elapsed() > Duration::from_secs(1) {
            told = Instant::now();
            tell("soak", None);
        }
    }
    SHARED.lock().map_err(|_| ())?.clear();
    Ok(())
}

fn main() -> ExitCode {
    let (Some(seconds), Some(seed)) = (argument("--seconds", 10), argument("--seed", 1)) else {
        eprintln!("Usage: soak [--seconds N] [--seed S]");
        return ExitCode::from(2);
    };
    let begin = Instant::now();
    // Until all that is allocated once is there: stacks, heaps, the harness's own.
    let warm = begin + Duration::from_secs(seconds).min(Duration::from_secs(5)) / 2;
    if rounds(seed, warm).is_err() {
        return ExitCode::FAILURE;
    }
    HEAP.trim();
    let start = resident();
    if rounds(seed + 1_000_000, begin + Duration::from_secs(seconds)).is_err() {
        return ExitCode::FAILURE;
    }
    // What is kept for the next blocks is not what this is about.
    HEAP.trim();
    tell("soak end", start);
    let grown = resident().zip(start).map_or(0, |(now, then)| now.saturating_sub(then));
    if grown > GROWTH_KIB {
        println!("{grown} KiB more are resident than at the start");
        println!("{}", HEAP.stats());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
