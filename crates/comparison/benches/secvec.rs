//! The lock-free vector beside a `Vec` in a lock, and beside structures that do part of what it
//! does: measured in rounds, on one, two and four threads.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Mutex, RwLock};

use append_only_vec::AppendOnlyVec;
use crossbeam_queue::SegQueue;
use ladder::{hazard, leaky};
use orx_concurrent_vec::ConcurrentVec;
use secvec::{OwnedSecVec, SecVec};

use floor::{Atomics, CompareExchange, FetchAdd};
use harness::{Contestant, Size, Work};
use vectors::Vector;

#[path = "secvec/floor.rs"]
mod floor;
#[allow(dead_code, reason = "other pieces need more of it")]
#[path = "rounds/harness.rs"]
mod harness;
#[allow(dead_code, reason = "other pieces need more of it")]
#[path = "rounds/random.rs"]
mod random;
#[path = "../src/rounds.rs"]
mod rounds;
#[path = "secvec/rungs.rs"]
mod rungs;
#[path = "secvec/vectors.rs"]
mod vectors;
#[path = "secvec/works.rs"]
mod works;

const THREADS: [u64; 3] = [1, 2, 4];

/// The table compares every contestant with these.
const REFERENCES: [&str; 5] =
    ["boxcar", "std Mutex", "parking_lot Mutex", "std RwLock", "parking_lot RwLock"];

/// Who does a work, a function of `works`.
macro_rules! contestants {
    ($work:ident: $($vector:ty,)*) => {
        vec![$(Contestant {
            name: <$vector>::NAME,
            run: works::$work::<$vector>,
        }),*]
    };
}

/// The same for a mix of get, set, push and pop.
macro_rules! mix {
    ($work:ident $(, $more:ty)*) => {
        contestants![
            $work:
            SecVec<u64>,
            OwnedSecVec<u64>,
            hazard::Vector<u64>,
            $($more,)*
            Mutex<Vec<u64>>,
            parking_lot::Mutex<Vec<u64>>,
            RwLock<Vec<u64>>,
            parking_lot::RwLock<Vec<u64>>,
            Atomics<AtomicU64>,
        ]
    };
}

fn works(threads: u64) -> Vec<Work> {
    let work = |name: &str, operations, contestants| {
        let s = if threads == 1 { "" } else { "s" };
        let name = format!("{name}: {threads} thread{s}");
        Work { name, size: Size { threads, operations }, contestants }
    };
    let push = contestants![
        push:
        SecVec<u64>,
        OwnedSecVec<u64>,
        hazard::Vector<u64>,
        leaky::Vector,
        Mutex<Vec<u64>>,
        parking_lot::Mutex<Vec<u64>>,
        RwLock<Vec<u64>>,
        parking_lot::RwLock<Vec<u64>>,
        boxcar::Vec<u64>,
        ConcurrentVec<u64>,
        AppendOnlyVec<u64>,
        SegQueue<u64>,
        FetchAdd,
        CompareExchange,
    ];
    let push_then_pop = contestants![
        push_then_pop:
        SecVec<u64>,
        OwnedSecVec<u64>,
        hazard::Vector<u64>,
        leaky::Vector,
        Mutex<Vec<u64>>,
        parking_lot::Mutex<Vec<u64>>,
        RwLock<Vec<u64>>,
        parking_lot::RwLock<Vec<u64>>,
        SegQueue<u64>,
        FetchAdd,
        CompareExchange,
    ];
    let get = contestants![
        get:
        SecVec<u64>,
        OwnedSecVec<u64>,
        hazard::Vector<u64>,
        leaky::Vector,
        Mutex<Vec<u64>>,
        parking_lot::Mutex<Vec<u64>>,
        RwLock<Vec<u64>>,
        parking_lot::RwLock<Vec<u64>>,
        boxcar::Vec<u64>,
        ConcurrentVec<u64>,
        AppendOnlyVec<u64>,
        Atomics<AtomicU64>,
    ];
    let get_of_u32 = contestants![
        get:
        SecVec<u32>,
        Mutex<Vec<u32>>,
        parking_lot::Mutex<Vec<u32>>,
        RwLock<Vec<u32>>,
        parking_lot::RwLock<Vec<u32>>,
        boxcar::Vec<u32>,
        ConcurrentVec<u32>,
        AppendOnlyVec<u32>,
        Atomics<AtomicU32>,
    ];
    let extend = contestants![
        extend:
        SecVec<u64>,
        Mutex<Vec<u64>>,
        parking_lot::Mutex<Vec<u64>>,
        RwLock<Vec<u64>>,
        parking_lot::RwLock<Vec<u64>>,
        ConcurrentVec<u64>,
    ];
    let snapshot = contestants![
        snapshot:
        SecVec<u64>,
        Mutex<Vec<u64>>,
        parking_lot::Mutex<Vec<u64>>,
        RwLock<Vec<u64>>,
        parking_lot::RwLock<Vec<u64>>,
    ];
    vec![
        work("push", 200_000, push),
        work("push, then pop", 200_000, push_then_pop),
        work("get", 500_000, get),
        work("get of u32", 500_000, get_of_u32),
        work("70 get, 20 set, 5 push, 5 pop", 200_000, mix!(gets, leaky::Vector)),
        work("40 get, 40 set, 10 push, 10 pop", 200_000, mix!(gets_and_sets)),
        work("10 get, 10 set, 40 push, 40 pop", 200_000, mix!(pushes_and_pops)),
        work("extend by 64", 320_000, extend),
        work("snapshot of 1,000", 4_000_000, snapshot),
    ]
}

fn main() -> ExitCode {
    harness::main("secvec", &REFERENCES, THREADS.into_iter().flat_map(works).collect())
}
