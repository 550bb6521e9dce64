//! What holds whatever the bytes are: the bodies of the fuzz targets, which are in `fuzz/targets`, and of
//! `tests/corpus.rs`, which gives them the files that are kept.
//!
//! Each body panics if something is wrong. It returns what was refused.
#![allow(clippy::unwrap_used)]

mod log;
mod operations;

use std::ptr::NonNull;
use std::sync::Mutex;

use allocator::map::Walk;
use allocator::{FirstFit, Hardened, SlotAllocator, ThreadHeap, Tlsf};

pub use log::log;
pub use operations::operations;

/// Nothing to complain of, or what there was.
pub type Outcome = Result<(), String>;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As which it is run.
    pub name: &'static str,
    /// What it does with an input.
    pub body: fn(&[u8]) -> Outcome,
}

/// All of them: a new allocator adds its line here, and a file in `fuzz/targets`.
pub const TARGETS: [Target; 6] = [
    Target { name: "log", body: log },
    Target { name: "slots", body: slots },
    Target { name: "first_fit", body: first_fit },
    Target { name: "tlsf", body: tlsf },
    Target { name: "thread_heap", body: thread_heap },
    Target { name: "hardened", body: hardened },
];

/// Operations on slots of an odd size, more than one word of bits.
pub fn slots(input: &[u8]) -> Outcome {
    let heap = Box::new(SlotAllocator::<200, 75>::new());
    operations(input, &*heap, 1, |heap, live| {
        assert_eq!((heap.in_use(), heap.stats().blocks), (live.len(), Some(live.len())));
    });
    assert_eq!(heap.in_use(), 0);
    Ok(())
}

/// Operations on an arena that soon is full.
pub fn first_fit(input: &[u8]) -> Outcome {
    let heap = Box::new(FirstFit::<16_384>::new());
    operations(input, &*heap, 1, |heap, live| {
        heap.check().unwrap();
        assert!(heap.stats().used >= live.iter().map(|it| it.size()).sum());
    });
    let stats = heap.stats();
    assert_eq!((stats.used, stats.largest_free), (0, stats.capacity), "all is one block again");
    Ok(())
}

/// Operations on two regions, neither of which begins or ends at a round address.
pub fn tlsf(input: &[u8]) -> Outcome {
    let mut memory = [vec![0_u64; 1_100], vec![0_u64; 900]];
    let heap = Tlsf::new();
    for memory in &mut memory {
        let length = size_of_val(&memory[..]) - 8;
        // SAFETY: inside the memory.
        let start = unsafe { NonNull::from(&mut memory[..]).cast::<u8>().add(3) };
        // SAFETY: the bytes live longer than the heap, and nobody else uses them.
        unsafe { heap.add_region(start, length) }.unwrap();
    }
    operations(input, &heap, 1, |heap, live| {
        heap.check().unwrap();
        assert_eq!(heap.stats().blocks, Some(live.len()));
        assert!(heap.stats().used >= live.iter().map(|it| it.size()).sum());
    });
    assert_eq!(heap.stats().used, 0);
    Ok(())
}

/// One target at a time: the process has one heap, and its blocks are counted.
static TURN: Mutex<()> = Mutex::new(());

/// Operations on the process's heap: by the first byte with sizes up to 64 KiB, or many times as large.
pub fn thread_heap(input: &[u8]) -> Outcome {
    let Some((scale, input)) = input.split_first() else { return Ok(()) };
    let _turn = TURN.lock().unwrap();
    let scale = if scale % 4 == 3 { 40 } else { 1 };
    operations(input, &ThreadHeap::new(), scale, |heap, live| {
        heap.check().unwrap();
        assert_eq!(heap.stats().blocks, Some(live.len()));
    });
    assert_eq!(ThreadHeap::new().stats().used, 0);
    Ok(())
}

/// Operations on a hardened allocator, which must find nothing: by the first byte, on a small arena, or on the
/// process's heap with guarded blocks.
pub fn hardened(input: &[u8]) -> Outcome {
    let Some((which, input)) = input.split_first() else { return Ok(()) };
    if which % 2 == 0 {
        let heap = Box::new(Hardened::with_seed(FirstFit::<16_384>::new(), 1));
        operations(input, &*heap, 1, |heap, _| {
            heap.check();
            heap.inner().check().unwrap();
        });
        heap.flush();
        assert_eq!(heap.inner().stats().used, 0);
    } else {
        let _turn = TURN.lock().unwrap();
        let heap = Hardened::with_seed(ThreadHeap::new(), 1);
        #[cfg(unix)]
        let heap = heap.with_guard_pages(10_000);
        operations(input, &heap, 1, |heap, _| heap.check());
        // What waits in quarantine is the process's memory, and so are the addresses of guarded blocks.
        heap.flush();
        assert_eq!(heap.inner().stats().used, 0);
    }
    Ok(())
}
