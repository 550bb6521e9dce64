//! What is allocated, with which layout, and that all of it is freed, with the same layout.
//!
//! Miri checks the layouts and the leaks anyway. The allocator below checks them without Miri, and
//! counts how much is taken at once.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::io::{self, Read};

#[path = "mistakes/crafted.rs"]
mod crafted;

use crafted::{Aligned, in_entry, seal, seal_front, word};
use raw_serialise::{
    Archive, Builder, ReadError, box_from_bytes, read_block, read_box_from, read_from,
    read_vec_from, vec_from_bytes, write_block, zeroed_box,
};

/// Hands everything on to the system, and writes it down for the thread that is being watched.
struct Watched;

struct Log {
    /// Address and layout of what is allocated.
    live: Vec<(usize, Layout)>,
    largest: usize,
    allocations: usize,
}

thread_local! {
    /// `None`: not watched, or busy writing down.
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

fn note(write_down: impl FnOnce(&mut Log)) {
    LOG.with(|cell| {
        // Taken out, so that what the log itself allocates is not noted.
        let log = cell.try_borrow_mut().ok().and_then(|mut cell| cell.take());
        if let Some(mut log) = log {
            write_down(&mut log);
            *cell.borrow_mut() = Some(log);
        }
    });
}

// SAFETY: all memory is that of `System`, with the same arguments.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the same contract.
        let memory = unsafe { System.alloc(layout) };
        note(|log| {
            log.live.push((memory.addr(), layout));
            log.largest = log.largest.max(layout.size());
            log.allocations += 1;
        });
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note(|log| {
            let entry = log.live.iter().position(|&(address, _)| address == memory.addr());
            // Not found: allocated before the watch.
            if let Some(entry) = entry {
                let (_, allocated) = log.live.swap_remove(entry);
                if allocated != layout {
                    eprintln!("allocated with {allocated:?}, freed with {layout:?}");
                    std::process::abort();
                }
            }
        });
        // SAFETY: the caller keeps the same contract.
        unsafe { System.dealloc(memory, layout) };
    }
}

#[global_allocator]
static WATCHED: Watched = Watched;

/// Runs this with the allocator watched: the result, the largest allocation and their number. Fails
/// if anything that was allocated is not freed once the result is dropped.
fn watch<R>(run: impl FnOnce() -> R, check: impl FnOnce(&R)) -> (usize, usize) {
    let log = Log { live: Vec::with_capacity(64), largest: 0, allocations: 0 };
    LOG.with(|cell| *cell.borrow_mut() = Some(log));
    let result = run();
    check(&result);
    drop(result);
    let log = LOG.with(|cell| cell.borrow_mut().take()).unwrap();
    assert_eq!(log.live, []);
    (log.largest, log.allocations)
}

/// Gives this many bytes, then fails.
struct Fails(usize);

impl Read for Fails {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.0.min(room.len());
        self.0 -= count;
        if count == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(count) }
    }
}

#[test]
fn a_box_is_allocated_once_and_freed_with_its_layout() {
    let (largest, allocations) = watch(zeroed_box::<[u64; 100]>, |_| {});
    assert_eq!((largest, allocations), (800, 1));
    let bytes = [7; 48];
    let (largest, allocations) =
        watch(|| box_from_bytes::<[u128; 3]>(&bytes).unwrap(), |b| assert_eq!(b[0], b[2]));
    assert_eq!((largest, allocations), (48, 1));
    let (largest, allocations) =
        watch(|| vec_from_bytes::<u64>(&bytes).unwrap(), |v| assert_eq!(v.len(), 6));
    assert_eq!((largest, allocations), (48, 1));
    let (_, allocations) =
        watch(|| read_box_from::<[u64; 6]>(&bytes[..]).unwrap(), |b| assert_eq!(b[0], b[5]));
    assert_eq!(allocations, 1);
}

#[test]
fn a_value_on_the_stack_allocates_nothing() {
    let (_, allocations) = watch(|| read_from::<[u64; 6]>(&[0; 48][..]).unwrap(), |_| {});
    assert_eq!(allocations, 0);
}

#[test]
fn an_early_error_frees_everything() {
    for came in [0, 1, 799] {
        let short = &[0; 800][..came];
        watch(|| read_box_from::<[u64; 100]>(short).map(drop).unwrap_err(), |_| {});
        watch(|| read_vec_from::<u64>(short, 100).map(drop).unwrap_err(), |_| {});
        watch(|| read_box_from::<[u64; 100]>(Fails(came)).map(drop).unwrap_err(), |_| {});
        watch(|| read_vec_from::<u64>(Fails(came), 100).map(drop).unwrap_err(), |_| {});
    }
}

#[test]
fn a_reader_that_panics_frees_everything() {
    struct Panics;
    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            // Without the hook's message and without an allocation that outlives the watch.
            std::panic::resume_unwind(Box::new(()));
        }
    }
    watch(|| std::panic::catch_unwind(|| read_box_from::<[u64; 100]>(Panics).map(drop)), |_| {});
    watch(|| std::panic::catch_unwind(|| read_vec_from::<u64>(Panics, 100).map(drop)), |_| {});
}

/// A length of two billion bytes, and ten of them: no more than the first room is taken.
#[test]
fn a_length_allocates_nothing_that_the_input_does_not_fill() {
    let count = usize::try_from(i32::MAX).unwrap() / 8;
    let (largest, allocations) = watch(
        || read_vec_from::<u64>(&[0; 10][..], count),
        |result| assert!(matches!(result, Err(ReadError::Short { found: 10, .. }))),
    );
    assert_eq!((largest, allocations), (64 * 1024, 1));

    // What has come at most doubles.
    let came = if cfg!(miri) { 70_000 } else { 1_000_000 };
    let (largest, _) = watch(|| read_vec_from::<u8>(Fails(came), count).map(drop), |_| {});
    assert!((came..=2 * came).contains(&largest), "{largest} bytes for {came}");
}

/// The same of files: nothing is allocated for what a count says, by the check of a block, nor by
/// opening a file, which takes the memory of its bytes and of its entries.
#[test]
fn a_length_in_an_archive_allocates_nothing() {
    let texts = vec!["a text of some length".to_owned(), String::new()];
    let mut block = Aligned::copy(&write_block(&texts, Vec::new()).unwrap());
    let block = block.bytes();
    let whole = watch(|| read_block::<Vec<String>>(block).is_ok(), |accepted| assert!(accepted));
    assert_eq!(whole, (0, 0));
    word(block, 4, u32::MAX);
    let refused = watch(|| read_block::<Vec<String>>(block).is_ok(), |accepted| assert!(!accepted));
    assert_eq!(refused, (0, 0));

    let archive = Builder::new().section("it", &texts).build().unwrap();
    for field in [in_entry(0), in_entry(8), in_entry(16), in_entry(52), 12, 16] {
        for number in [u64::from(u32::MAX), 1 << 30, 1 << 47, u64::MAX] {
            let mut file = archive.bytes().to_vec();
            let length = if field == 12 || field == in_entry(52) { 4 } else { 8 };
            file[field..field + length].copy_from_slice(&number.to_le_bytes()[..length]);
            if field == 12 {
                seal_front(&mut file)
            } else {
                seal(&mut file)
            };
            let refused = |archive: Archive<'_>| archive.get::<Vec<String>>("it").is_err();
            let (largest, _) = watch(
                || Archive::copy(&file).is_ok_and(|it| !refused(it)),
                |accepted| {
                    assert!(!accepted, "{number} at {field}");
                },
            );
            // The copy; the schema as a tree.
            assert!(largest <= file.len() + 1024, "{largest} bytes for {number} at {field}");
        }
    }
}

#[test]
fn a_vector_has_room_for_its_values_and_no_more() {
    for count in [0_usize, 1, 1000, 70_000] {
        let input = vec![1_u8; count];
        let values = read_vec_from::<u8>(&input[..], count).unwrap();
        assert_eq!(values, input);
        assert_eq!(values.capacity(), count);
    }
}

/// Larger than the stack of a test: it is never there.
#[test]
#[cfg_attr(miri, ignore = "Miri's stack has no end")]
fn a_large_value_never_lies_on_the_stack() {
    const WORDS: usize = 4 << 20;
    let mut value = zeroed_box::<[u64; WORDS]>();
    value[WORDS - 1] = 7;
    let input = raw_serialise::as_bytes(&*value);
    let again = read_box_from::<[u64; WORDS]>(input).unwrap();
    assert_eq!(again[WORDS - 1], 7);
    assert_eq!(box_from_bytes::<[u64; WORDS]>(input).unwrap()[WORDS - 1], 7);
}
