//! Logs as plans: good ones, made to every allocator; bad ones, which are refused.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::NonNull;

use allocator::log::{Event, Kind, Logged, Plan, PlanError, Report, Run, Wrong};
use allocator::{FirstFit, SlotAllocator, ThreadHeap, Tlsf};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// What the example `record` wrote. Its addresses are those of a machine of 64 bits; under Miri the beginning.
#[cfg(target_pointer_width = "64")]
fn sample() -> Plan {
    let file = include_bytes!("logs/words.log");
    assert!(file.len() < 50_000);
    let lines = if cfg!(miri) { 40 } else { usize::MAX };
    let mut file: Vec<u8> =
        file.split_inclusive(|&byte| byte == b'\n').take(lines).flatten().copied().collect();
    // A realloc that has begun is no contradiction.
    file.extend_from_slice(b"l 0\n");
    Plan::of_file(&file).unwrap()
}

/// To `heap`, on one thread and on several.
#[cfg(target_pointer_width = "64")]
fn replayed<A: GlobalAlloc + Sync>(heap: &A) -> [Report; 2] {
    let plan = sample();
    [Run::new(&plan, heap).finish(), plan.run_on_threads(heap, 8)]
}

#[cfg(target_pointer_width = "64")]
fn serves_all<A: GlobalAlloc + Sync>(heap: &A) {
    let plan = sample();
    for report in replayed(heap) {
        assert_eq!((report.calls, report.peak), (plan.calls(), plan.peak()));
        assert_eq!((report.failed, report.damaged), (0, 0));
    }
}

#[cfg(target_pointer_width = "64")]
mod the_sample {
    use super::*;

    #[test]
    fn on_the_system() {
        serves_all(&System);
    }

    #[test]
    fn on_first_fit() {
        static HEAP: FirstFit<65_536> = FirstFit::new();
        serves_all(&HEAP);
        HEAP.check().unwrap();
        assert_eq!(HEAP.stats().used, 0);
    }

    #[test]
    fn on_first_fit_that_has_not_enough() {
        static HEAP: FirstFit<2048> = FirstFit::new();
        for report in replayed(&HEAP) {
            assert!(report.failed > 0 && report.peak < 2048);
            assert_eq!((report.calls, report.damaged), (sample().calls(), 0));
        }
        HEAP.check().unwrap();
        assert_eq!(HEAP.stats().used, 0);
    }

    #[test]
    fn on_tlsf() {
        let mut memory = vec![0_u64; 8_192];
        let heap = Tlsf::new();
        // SAFETY: the bytes live longer than the heap, and nobody else uses them.
        unsafe { heap.add_region(NonNull::from(&mut memory[..]).cast(), 65_536) }.unwrap();
        serves_all(&heap);
        heap.check().unwrap();
        assert_eq!(heap.stats().used, 0);
    }

    #[test]
    fn on_the_thread_heap() {
        serves_all(&ThreadHeap::new());
    }

    #[test]
    fn on_slots() {
        static HEAP: SlotAllocator<64, 300> = SlotAllocator::new();
        for report in replayed(&HEAP) {
            assert!(report.failed > 0, "there are larger blocks");
            assert_eq!((report.calls, report.damaged), (sample().calls(), 0));
        }
        assert_eq!(HEAP.in_use(), 0);
    }

    /// The log of a replay is a log of the same calls.
    #[test]
    fn on_an_allocator_with_a_log() {
        static HEAP: Logged<FirstFit<65_536>, { if cfg!(miri) { 512 } else { 8192 } }> =
            Logged::new(FirstFit::new());
        let plan = sample();
        let mut run = Run::new(&plan, &HEAP);
        run.advance(usize::MAX);
        let mut events = Vec::new();
        HEAP.log().drain(|event| events.push(event));
        let again = Plan::of_events(events).unwrap();
        assert_eq!(again.calls(), plan.calls());
        assert_eq!((again.peak(), again.peak_at()), (plan.peak(), plan.peak_at()));
        assert_eq!(again.threads(), 1);
    }
}

/// Gives every block the same place, with whatever is there.
struct OnePlace(UnsafeCell<[u64; 64]>);

// SAFETY: for tests that do not share it.
unsafe impl Sync for OnePlace {}

// SAFETY: not sound in general: blocks overlap, which is what the test is about. They are inside the array.
unsafe impl GlobalAlloc for OnePlace {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        self.0.get().cast()
    }

    unsafe fn alloc_zeroed(&self, _: Layout) -> *mut u8 {
        self.0.get().cast()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, _: Layout, _: usize) -> *mut u8 {
        block
    }
}

#[test]
fn blocks_that_overlap_are_seen() {
    let file = b"allocator-log 1\na 1 10 100 8\na 1 20 50 8\nd 1 20 50 8\nd 1 10 100 8\n";
    let plan = Plan::of_file(file).unwrap();
    let heap = OnePlace(UnsafeCell::new([0; 64]));
    assert_eq!(Run::new(&plan, &heap).finish().damaged, 1);

    let file = b"allocator-log 1\na 1 10 100 8\na 1 20 50 8\nr 1 10 100 8 90\nm 1 10 100 8 90 10\n";
    let plan = Plan::of_file(file).unwrap();
    let mut run = Run::new(&plan, &heap);
    run.advance(usize::MAX);
    assert_eq!(run.report().damaged, 1);

    // What claims to be zeroed is looked at as well.
    let plan = Plan::of_file(b"allocator-log 1\nz 1 10 100 8\n").unwrap();
    let heap = OnePlace(UnsafeCell::new([7; 64]));
    let mut run = Run::new(&plan, &heap);
    run.advance(1);
    assert_eq!(run.report().damaged, 1);
}

#[test]
fn what_is_left_is_given_back() {
    static HEAP: FirstFit<4096> = FirstFit::new();
    let plan = Plan::of_file(b"allocator-log 1\na 1 10 100 8\na 2 20 50 8\nd 1 20 50 8\n").unwrap();
    let mut run = Run::new(&plan, &HEAP);
    run.advance(1);
    assert_ne!(HEAP.stats().used, 0);
    drop(run);
    assert_eq!(HEAP.stats().used, 0);
    let report = plan.run_on_threads(&HEAP, 2);
    assert_eq!((report.calls, report.peak, HEAP.stats().used), (3, 150, 0));
}

/// Threads of the log that have no thread of their own share one.
#[test]
fn more_threads_than_there_may_be() {
    let lines: String = (0..40).map(|id| format!("a {id} {:x} 10 1\n", 16 + id * 16)).collect();
    let plan = Plan::of_file(format!("allocator-log 1\n{lines}").as_bytes()).unwrap();
    assert_eq!(plan.threads(), 40);
    for most in if cfg!(miri) { [3].as_slice() } else { &[0, 1, 3] } {
        assert_eq!(plan.run_on_threads(&System, *most).calls, 40);
    }
    let nothing = Plan::of_events([]).unwrap();
    assert_eq!(nothing.run_on_threads(&System, 4), Report::default());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let cases = [
        // Given back twice, and never given out.
        ("a 1 10 8 8\nd 1 10 8 8\nd 1 10 8 8\n", 2, Wrong::NoBlock),
        ("d 1 10 8 8\n", 0, Wrong::NoBlock),
        ("r 1 10 8 8 9\n", 0, Wrong::NoBlock),
        // Given out twice.
        ("a 1 10 8 8\nz 1 10 8 8\n", 1, Wrong::Taken),
        ("a 1 10 8 8\na 1 20 8 8\nr 1 20 8 8 9\nm 1 20 8 8 9 10\n", 3, Wrong::Taken),
        ("a 1 10 8 8\nr 1 10 8 8 9\na 2 10 8 8\nf 1 10 8 8 9\n", 3, Wrong::Taken),
        // With a layout of its own.
        ("a 1 10 8 8\nd 1 10 9 8\n", 1, Wrong::OtherLayout { size: 8, align: 8 }),
        ("a 1 10 8 8\nr 1 10 8 4 9\n", 1, Wrong::OtherLayout { size: 8, align: 8 }),
        // Layouts that are none.
        ("a 1 10 0 8\n", 0, Wrong::Layout),
        ("a 1 10 8 0\n", 0, Wrong::Layout),
        ("a 1 10 8 3\n", 0, Wrong::Layout),
        ("a 1 10 8 8\nr 1 10 8 8 0\n", 1, Wrong::Layout),
        // The end of a realloc that did not begin, or not so, or that did not end.
        ("a 1 10 8 8\nm 1 10 8 8 9 10\n", 1, Wrong::NoRealloc),
        ("f 1 10 8 8 9\n", 0, Wrong::NoRealloc),
        ("a 1 10 8 8\nr 1 10 8 8 9\nm 2 10 8 8 9 10\n", 2, Wrong::NoRealloc),
        ("a 1 10 8 8\nr 1 10 8 8 9\nm 1 10 8 8 7 10\n", 2, Wrong::NoRealloc),
        ("a 1 10 8 8\nr 1 10 8 8 9\na 1 20 8 8\n", 2, Wrong::InRealloc),
    ];
    for (lines, at, expected) in cases {
        let file = format!("allocator-log 1\n{lines}");
        match Plan::of_file(file.as_bytes()) {
            Err(PlanError::Event { event, wrong }) => {
                assert_eq!((event.sequence, wrong), (at, expected), "{lines:?}");
            }
            other => panic!("{lines:?}: {other:?}"),
        }
    }
    let error = Plan::of_file(b"allocator-log 1\nd 3 10 8 8\n").unwrap_err();
    let text = "event 0 thread 3: dealloc 8 B (align 8) at 0x10: no block is there, it was given back or never \
                given out";
    assert_eq!(error.to_string(), text);
    let error = Plan::of_file(b"allocator-log 1\nd 3 10 8\n").unwrap_err();
    assert_eq!(error.to_string(), "line 2, byte 24: the alignment is missing");
}

/// Calls, passed over, peak.
fn summary(lines: &str) -> (usize, usize, usize) {
    let plan = Plan::of_file(format!("allocator-log 1\n{lines}").as_bytes()).unwrap();
    let report = Run::new(&plan, &System).finish();
    assert_eq!((report.calls, report.failed, report.damaged), (plan.calls(), 0, 0));
    assert_eq!(report.peak, plan.peak());
    (plan.calls(), plan.unexplained(), plan.peak())
}

#[test]
fn what_lost_events_explain_is_no_contradiction() {
    // The same without a loss is.
    assert!(Plan::of_file(b"allocator-log 1\nd 1 10 8 8\n").is_err());
    // A block that was given out by a lost event.
    assert_eq!(summary("l 1\nd 1 10 8 8\n"), (0, 1, 0));
    assert_eq!(summary("l 1\nr 1 10 8 8 9\nm 1 10 8 8 9 20\nd 1 20 9 8\n"), (2, 2, 9));
    // One that was given back by a lost event: it ends here.
    assert_eq!(summary("a 1 10 8 8\nl 1\na 1 10 30 8\nd 1 10 30 8\n"), (4, 0, 38));
    // Both: another block is there.
    assert_eq!(summary("a 1 10 8 8\nl 2\nd 1 10 30 8\n"), (2, 1, 8));
    // The end of a realloc was lost.
    assert_eq!(summary("a 1 10 8 8\nr 1 10 8 8 9\nl 1\na 1 20 5 1\n"), (3, 0, 8));
    // The beginning of one.
    assert_eq!(summary("a 1 10 8 8\nl 1\nm 1 10 8 8 9 20\nd 1 20 9 8\n"), (3, 1, 17));
    assert_eq!(summary("l 1\nf 1 10 8 8 9\n"), (0, 1, 0));
}

#[test]
fn threads_may_come_between_the_halves_of_a_realloc() {
    // The old place is another thread's before the new one is known.
    let lines = "a 1 10 8 8\nr 1 10 8 8 9\na 2 10 7 8\nm 1 10 8 8 9 20\nd 2 10 7 8\nd 1 20 9 8\n";
    assert_eq!(summary(lines), (5, 0, 16));
    // A realloc that failed leaves the block where it was.
    assert_eq!(summary("a 1 10 8 8\nr 1 10 8 8 9\nf 1 10 8 8 9\nd 1 10 8 8\n"), (2, 0, 8));
    // An alloc that failed says nothing.
    assert_eq!(summary("f 1 0 99999 8 0\n"), (0, 0, 0));
}

#[test]
fn the_peak_is_where_it_was_first() {
    let file = b"allocator-log 1\na 1 10 9 1\nd 1 10 9 1\na 1 10 8 1\na 1 20 1 1\nd 1 20 1 1\n";
    let plan = Plan::of_file(file).unwrap();
    assert_eq!((plan.peak(), plan.peak_at(), plan.calls()), (9, 1, 5));
}

/// Sizes that no machine has.
#[test]
fn absurd_sizes() {
    static HEAP: FirstFit<4096> = FirstFit::new();
    let size = isize::MAX as usize - 4096;
    let mut file = String::from("allocator-log 1\n");
    for address in 1..5 {
        file += &format!("a 1 {address} {size} 1\n");
    }
    let plan = Plan::of_file(file.as_bytes()).unwrap();
    assert_eq!(plan.peak(), usize::MAX);
    let report = Run::new(&plan, &HEAP).finish();
    assert_eq!((report.failed, report.peak), (4, 0));
}

#[derive(Clone, Debug)]
enum Op {
    Alloc { size: usize, align: u32, zeroed: bool },
    Free(usize),
    Resize(usize, usize),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let alloc = (1_usize..300, 0_u32..7, any::<bool>())
        .prop_map(|(size, align, zeroed)| Op::Alloc { size, align, zeroed });
    let resize = (any::<usize>(), 1_usize..300).prop_map(|(which, size)| Op::Resize(which, size));
    let op = prop_oneof![4 => alloc, 3 => any::<usize>().prop_map(Op::Free), 2 => resize];
    prop::collection::vec(op, 1..if cfg!(miri) { 20 } else { 100 })
}

fn event() -> impl Strategy<Value = Event> {
    const KINDS: &[Kind] = &[
        Kind::Alloc,
        Kind::AllocZeroed,
        Kind::Dealloc,
        Kind::Realloc,
        Kind::Reallocated,
        Kind::Failed,
    ];
    // Few of each, so that they meet.
    let numbers = (0_usize..4, 1_usize..3, 0_u32..2, 1_usize..3, 0_usize..4);
    (prop::sample::select(KINDS), 1_u32..3, numbers, 0_usize..2).prop_map(
        |(kind, thread, (address, size, align, new_size, new_address), lost)| {
            let (address, size, align) = (address * 16, size * 100, 1 << align);
            let (new_size, new_address) = (new_size * 100, new_address * 16);
            Event {
                kind,
                thread,
                address,
                size,
                align,
                new_size,
                new_address,
                lost,
                ..Event::new(kind)
            }
        },
    )
}

proptest! {
    #![proptest_config(config())]

    /// What a log of real calls tells is what was done: made again, it is the same.
    #[test]
    fn what_was_done_is_done_again(ops in ops()) {
        let heap = Box::new(Logged::<FirstFit<16_384>, 512>::new(FirstFit::new()));
        let mut blocks = Vec::new();
        let (mut bytes, mut peak, mut calls) = (0, 0, 0);
        for op in &ops {
            match *op {
                Op::Alloc { size, align, zeroed } => {
                    let layout = Layout::from_size_align(size, 1 << align).unwrap();
                    let block = if zeroed {
                        // SAFETY: the size is not 0.
                        unsafe { heap.alloc_zeroed(layout) }
                    } else {
                        // SAFETY: as above.
                        unsafe { heap.alloc(layout) }
                    };
                    if !block.is_null() {
                        blocks.push((block, layout));
                        (bytes, calls) = (bytes + size, calls + 1);
                    }
                }
                Op::Free(_) | Op::Resize(..) if blocks.is_empty() => {}
                Op::Free(which) => {
                    let (block, layout) = blocks.swap_remove(which % blocks.len());
                    // SAFETY: it is live and has this layout.
                    unsafe { heap.dealloc(block, layout) };
                    (bytes, calls) = (bytes - layout.size(), calls + 1);
                }
                Op::Resize(which, size) => {
                    let which = which % blocks.len();
                    let (block, layout) = &mut blocks[which];
                    // SAFETY: it is live and has this layout; the new size is possible.
                    let moved = unsafe { heap.realloc(*block, *layout, size) };
                    if !moved.is_null() {
                        bytes = bytes - layout.size() + size;
                        *block = moved;
                        *layout = Layout::from_size_align(size, layout.align()).unwrap();
                        calls += 1;
                    }
                }
            }
            peak = peak.max(bytes);
        }
        let mut events = Vec::new();
        heap.log().drain(|event| events.push(event));
        for (block, layout) in blocks {
            // SAFETY: it is live and has this layout.
            unsafe { heap.dealloc(block, layout) };
        }
        let plan = Plan::of_events(events).unwrap();
        prop_assert_eq!((plan.calls(), plan.peak()), (calls, peak));
        let mut run = Run::new(&plan, &System);
        run.advance(plan.peak_at());
        prop_assert_eq!(run.report().peak, peak);
        let report = run.finish();
        prop_assert_eq!((report.calls, report.failed, report.damaged), (calls, 0, 0));
    }

    /// Whatever events say: a plan is refused, or it can be carried out.
    #[test]
    fn arbitrary_events(events in prop::collection::vec(event(), 1..30)) {
        if let Ok(plan) = Plan::of_events(events) {
            let heap = Box::new(FirstFit::<8192>::new());
            let report = Run::new(&plan, &*heap).finish();
            prop_assert_eq!((report.calls, report.failed, report.damaged), (plan.calls(), 0, 0));
            prop_assert_eq!(report.peak, plan.peak());
            prop_assert_eq!(heap.stats().used, 0);
        }
    }
}
