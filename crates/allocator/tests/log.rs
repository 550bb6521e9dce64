//! The event log: what it records, what it loses, and that it allocates nothing; files of it, good and bad.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::VecDeque;
use std::io::Write;

use allocator::SlotAllocator;
use allocator::log::{Event, EventLog, Kind, LogReader, LogWriter, Logged, Problem, print};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

/// The system's allocator, which counts what each thread asks of it.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is the system's, but for a number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) };
    }
}

/// All that the program does is logged as well.
#[global_allocator]
static HEAP: Logged<Counting, 64> = Logged::new(Counting);

/// How often `f` calls the allocator.
fn calls(f: impl FnOnce()) -> usize {
    let before = CALLS.get();
    f();
    CALLS.get() - before
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).unwrap()
}

fn drained<const N: usize>(log: &EventLog<N>) -> Vec<Event> {
    // As many as there can be, so that this does not allocate while it drains.
    let mut events = Vec::with_capacity(N);
    log.drain(|event| events.push(event));
    events
}

#[test]
fn each_call_is_recorded() {
    let heap = Logged::<_, 16>::with_clock(SlotAllocator::<64, 2>::new(), || 7);
    let small = layout(10, 2);
    // SAFETY: the sizes are not 0, here and below.
    let one = unsafe { heap.alloc(small) };
    // SAFETY: as above.
    let two = unsafe { heap.alloc_zeroed(layout(64, 64)) };
    // SAFETY: as above.
    assert!(unsafe { heap.alloc(layout(8, 8)) }.is_null());
    // SAFETY: as above.
    assert!(unsafe { heap.alloc_zeroed(layout(9, 1)) }.is_null());
    // SAFETY: it is a block of this layout; so in the lines below.
    let longer = unsafe { heap.realloc(one, small, 30) };
    // SAFETY: as above.
    assert!(unsafe { heap.realloc(longer, layout(30, 2), 65) }.is_null());
    // SAFETY: as above.
    unsafe { heap.dealloc(longer, layout(30, 2)) };
    // SAFETY: as above.
    unsafe { heap.dealloc(two, layout(64, 64)) };

    let events = drained(heap.log());
    let (one, longer, two) = (one.addr(), longer.addr(), two.addr());
    let expected = [
        (Kind::Alloc, one, 10, 2, 0, 0),
        (Kind::AllocZeroed, two, 64, 64, 0, 0),
        (Kind::Failed, 0, 8, 8, 0, 0),
        (Kind::Failed, 0, 9, 1, 0, 0),
        (Kind::Realloc, one, 10, 2, 30, 0),
        (Kind::Reallocated, one, 10, 2, 30, longer),
        (Kind::Realloc, longer, 30, 2, 65, 0),
        (Kind::Failed, longer, 30, 2, 65, 0),
        (Kind::Dealloc, longer, 30, 2, 0, 0),
        (Kind::Dealloc, two, 64, 64, 0, 0),
    ];
    assert_eq!(events.len(), expected.len());
    for (number, (it, expected)) in events.iter().zip(expected).enumerate() {
        let found = (it.kind, it.address, it.size, it.align, it.new_size, it.new_address);
        assert_eq!(found, expected);
        assert_eq!((it.sequence, it.lost, it.time), (number, 0, 7));
        assert!(it.thread != 0 && it.thread == events[0].thread);
    }
}

/// Recorded after it was free, a block could be in the log of its next owner first; recorded before it was
/// given out, while its last owner still is.
#[test]
fn a_block_enters_the_log_late_and_leaves_it_early() {
    /// Under a log, and looks at it in the middle of each call.
    struct Spy;
    static SPIED: Logged<Spy, 8> = Logged::new(Spy);

    thread_local! {
        static SEEN: Cell<Option<Kind>> = const { Cell::new(None) };
    }

    impl Spy {
        fn look() {
            SEEN.set(None);
            SPIED.log().drain(|event| SEEN.set(Some(event.kind)));
        }
    }

    // SAFETY: all is the system's.
    unsafe impl GlobalAlloc for Spy {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            Self::look();
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            Self::look();
            // SAFETY: the caller's promise.
            unsafe { System.dealloc(block, layout) };
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            Self::look();
            // SAFETY: the caller's promise.
            unsafe { System.realloc(block, layout, new_size) }
        }
    }

    // SAFETY: the size is not 0.
    let block = unsafe { SPIED.alloc(layout(8, 8)) };
    assert_eq!(SEEN.get(), None);
    Spy::look();
    assert_eq!(SEEN.get(), Some(Kind::Alloc));
    // SAFETY: it is a block of this layout.
    let block = unsafe { SPIED.realloc(block, layout(8, 8), 16) };
    assert_eq!(SEEN.get(), Some(Kind::Realloc));
    Spy::look();
    assert_eq!(SEEN.get(), Some(Kind::Reallocated));
    // SAFETY: as above.
    unsafe { SPIED.dealloc(block, layout(16, 8)) };
    assert_eq!(SEEN.get(), Some(Kind::Dealloc));
}

#[test]
fn nothing_allocates() {
    let event = Event { size: 123, address: 0x7f00, ..Event::new(Kind::Alloc) };
    let log = EventLog::<4>::new();
    let mut file = [0_u8; 400];
    let text = b"allocator-log 1\na 1 7f00 64 8\nd 1 7f00 bad 8\n";
    assert_eq!(
        calls(|| {
            for _ in 0..6 {
                log.record(event);
            }
            let mut writer = LogWriter::new(&mut file[..]).unwrap();
            let mut sum = 0;
            log.drain(|event| {
                sum += event.size;
                writer.write(&event).unwrap();
                print(&event);
            });
            assert_eq!(sum, 4 * 123);
            assert_eq!(LogReader::new(text).unwrap().filter(|it| it.is_ok()).count(), 1);
        }),
        0
    );
    // And if something did, that would be seen.
    assert_eq!(calls(|| drop(Box::new(1))), 2);
}

#[test]
fn a_whole_program_is_logged() {
    HEAP.log().drain(|_| {});
    let before = HEAP.log().lost();
    drop(vec![1_u8; 12_345]);
    let events = drained(HEAP.log());
    let mine: Vec<_> = events.iter().filter(|it| it.size == 12_345).map(|it| it.kind).collect();
    assert!(mine == [Kind::Alloc, Kind::Dealloc] || HEAP.log().lost() > before, "{mine:?}");
}

/// What is drained may be drained to something that allocates with the same allocator: that must come to an end.
#[test]
fn a_drain_that_makes_events_ends() {
    static BUSY: Logged<System, 16> = Logged::new(System);
    let layout = layout(16, 8);
    // SAFETY: the size is not 0.
    let blocks = [(); 10].map(|()| unsafe { BUSY.alloc(layout) });
    let mut blocks = blocks.into_iter();
    let count = BUSY.log().drain(|_| {
        if let Some(block) = blocks.next() {
            // SAFETY: it came from there.
            unsafe { BUSY.dealloc(block, layout) };
        }
    });
    assert_eq!(count, 10);
    assert_eq!(BUSY.log().drain(|event| assert_eq!(event.kind, Kind::Dealloc)), 10);
}

#[test]
fn an_event_as_text() {
    let event = Event { address: 0x7f00, size: 10, align: 2, thread: 3, ..Event::new(Kind::Alloc) };
    assert_eq!(event.to_string(), "0 thread 3: alloc 10 B (align 2) at 0x7f00");
    let event = Event { kind: Kind::Reallocated, new_size: 30, new_address: 0x8f00, ..event };
    let text = "0 thread 3: reallocated 10 B (align 2) at 0x7f00 to 30 B at 0x8f00";
    assert_eq!(event.to_string(), text);
}

#[test]
fn a_file_tells_where_events_were_lost() {
    let log = EventLog::<2>::new();
    let mut writer = LogWriter::new(Vec::new()).unwrap();
    for size in 1..=4 {
        log.record(Event { size, ..Event::new(Kind::Alloc) });
    }
    log.drain(|event| writer.write(&event).unwrap());
    log.record(Event { size: 5, ..Event::new(Kind::Alloc) });
    log.record(Event { size: 6, ..Event::new(Kind::Alloc) });
    log.record(Event { size: 7, ..Event::new(Kind::Alloc) });
    log.drain(|event| writer.write(&event).unwrap());
    writer.lost(log.lost()).unwrap();
    let file = writer.into_inner();
    let text = "allocator-log 1\na 0 0 1 1\na 0 0 2 1\nl 2\na 0 0 5 1\na 0 0 6 1\nl 3\n";
    assert_eq!(String::from_utf8(file.clone()).unwrap(), text);
    let lost: Vec<_> = LogReader::new(&file)
        .unwrap()
        .map(|it| it.unwrap())
        .map(|it| (it.sequence, it.lost))
        .collect();
    assert_eq!(lost, [(0, 0), (1, 0), (2, 2), (3, 2)]);
}

#[test]
fn what_is_wrong_with_a_file_is_told_by_line_and_byte() {
    let header = "allocator-log 1\n";
    for file in ["", "allocator-log", "allocator-log 1", "allocator-log 2\n", "allocator-log 1\r\n"]
    {
        let error = LogReader::new(file.as_bytes()).unwrap_err();
        assert_eq!((error.line, error.offset, error.problem), (1, 0, Problem::Header));
    }
    for (lines, line, offset, problem) in [
        ("a 1 7f 8 8", 2, 10, Problem::CutShort),
        ("a 1 7f 8 8\nd 1 7f 8", 3, 19, Problem::CutShort),
        ("\n", 2, 0, Problem::Kind),
        ("x 1 7f 8 8\n", 2, 0, Problem::Kind),
        ("aa 1 7f 8 8\n", 2, 0, Problem::Kind),
        ("a 1 7f 8\n", 2, 8, Problem::Missing("alignment")),
        ("a\n", 2, 1, Problem::Missing("thread")),
        ("r 1 7f 8 8\n", 2, 10, Problem::Missing("new size")),
        ("m 1 7f 8 8 9\n", 2, 12, Problem::Missing("new address")),
        ("a 1 7f 8 8 9\n", 2, 11, Problem::Extra),
        ("a 1 7f 8 8 \n", 2, 11, Problem::Extra),
        ("a 1 7f 8 8\r\n", 2, 9, Problem::NotANumber("alignment")),
        ("a  1 7f 8 8\n", 2, 2, Problem::NotANumber("thread")),
        ("a +1 7f 8 8\n", 2, 2, Problem::NotANumber("thread")),
        ("a -1 7f 8 8\n", 2, 2, Problem::NotANumber("thread")),
        ("a 1 0x7f 8 8\n", 2, 4, Problem::NotANumber("address")),
        ("a 4294967296 7f 8 8\n", 2, 2, Problem::TooLarge("thread")),
        ("a 1 10000000000000000 8 8\n", 2, 4, Problem::TooLarge("address")),
        ("a 1 7f 18446744073709551616 8\n", 2, 7, Problem::TooLarge("size")),
        ("a 1 7f 8 8 @\n", 2, 11, Problem::NotANumber("time")),
        ("a 1 7f 8 8 @1 2\n", 2, 11, Problem::NotANumber("time")),
        ("l\n", 2, 1, Problem::Missing("count")),
        ("l 3 4\n", 2, 4, Problem::Extra),
        ("l 3\nl 2\n", 3, 6, Problem::FewerLost { before: 3, found: 2 }),
    ] {
        let file = format!("{header}{lines}");
        let mut reader = LogReader::new(file.as_bytes()).unwrap();
        let error = reader.by_ref().find_map(Result::err).unwrap();
        let found = (error.line, error.offset - header.len(), error.problem);
        assert_eq!(found, (line, offset, problem), "{lines:?}");
        assert!(reader.next().is_none(), "it ends at the first error");
    }
}

/// Each kind of subscriber gets what is in the events.
#[test]
fn events_go_to_tracing() {
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Metadata, Subscriber};

    struct Collect(Arc<Mutex<Vec<String>>>);

    struct Fields(String);

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            self.0 += &format!("{}={value:?} ", field.name());
        }
    }

    impl Subscriber for Collect {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "allocator"
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &tracing::Event<'_>) {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            self.0.lock().unwrap().push(fields.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = EventLog::<2>::new();
    log.record(Event { size: 10, thread: 5, ..Event::new(Kind::Alloc) });
    log.record(Event { size: 20, new_size: 30, ..Event::new(Kind::Realloc) });
    log.record(Event::new(Kind::Dealloc));
    tracing::subscriber::with_default(Collect(Arc::clone(&lines)), || {
        assert_eq!(log.drain_to_tracing(), 2);
    });
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "sequence=0 lost=0 time=0 thread=5 kind=alloc address=0 size=10 align=1 new_size=0 new_address=0 ",
            "sequence=1 lost=0 time=0 thread=0 kind=realloc address=0 size=20 align=1 new_size=30 new_address=0 ",
        ]
    );
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
    let numbers = (any::<usize>(), any::<usize>(), any::<usize>(), any::<usize>(), any::<usize>());
    (prop::sample::select(KINDS), any::<u32>(), any::<u64>(), numbers).prop_map(
        |(kind, thread, time, (address, size, align, new_size, new_address))| {
            let event = Event { thread, time, address, size, align, ..Event::new(kind) };
            match kind {
                Kind::Realloc | Kind::Failed => Event { new_size, ..event },
                Kind::Reallocated => Event { new_size, new_address, ..event },
                _ => event,
            }
        },
    )
}

proptest! {
    #![proptest_config(config())]

    /// Beside a queue that has room for eight.
    #[test]
    fn the_log_is_a_bounded_queue(steps in prop::collection::vec(0_usize..12, 1..30)) {
        let log = EventLog::<8>::new();
        let mut model = VecDeque::new();
        let (mut sequence, mut lost) = (0, 0);
        for (number, &count) in steps.iter().enumerate() {
            for size in 0..count {
                let event = Event { size, align: number, ..Event::new(Kind::Alloc) };
                let fits = model.len() < 8;
                prop_assert_eq!(log.record(event), fits);
                if fits {
                    model.push_back(Event { sequence, lost, ..event });
                    sequence += 1;
                } else {
                    lost += 1;
                }
            }
            if count % 3 != 0 {
                prop_assert_eq!(drained(&log), model.drain(..).collect::<Vec<_>>());
            }
            prop_assert_eq!(log.lost(), lost);
        }
    }

    #[test]
    fn what_is_written_is_read(events in prop::collection::vec(event(), 0..20)) {
        let mut writer = LogWriter::new(Vec::new()).unwrap();
        let mut lost = 0;
        let events: Vec<_> = events.into_iter().enumerate().map(|(sequence, event)| {
            lost += event.size % 3;
            Event { sequence, lost, ..event }
        }).collect();
        for event in &events {
            writer.write(event).unwrap();
        }
        let file = writer.into_inner();
        let read: Result<Vec<_>, _> = LogReader::new(&file).unwrap().collect();
        prop_assert_eq!(read.unwrap(), events);
    }

    /// One byte of a good file is another one: whatever comes of it, nothing panics, and what is read is at
    /// most what was there.
    #[test]
    fn a_damaged_file(
        events in prop::collection::vec(event(), 1..6),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut writer = LogWriter::new(Vec::new()).unwrap();
        for event in &events {
            writer.write(event).unwrap();
        }
        let mut file = writer.into_inner();
        let at = at.index(file.len());
        if cut {
            file.truncate(at);
        } else {
            file[at] = byte;
        }
        if let Ok(reader) = LogReader::new(&file) {
            let is_whole = cut && file.ends_with(b"\n");
            let read: Vec<_> = reader.collect();
            prop_assert!(read.len() <= events.len() + 1);
            for error in read.iter().filter_map(|it| it.as_ref().err()) {
                prop_assert!(error.offset <= file.len() && !error.to_string().is_empty());
            }
            if cut {
                prop_assert_eq!(read.iter().all(|it| it.is_ok()), is_whole);
            }
        }
        // As a whole file, too.
        let _ = LogReader::new(&[byte]);
        std::io::sink().write_all(&file).unwrap();
    }
}
