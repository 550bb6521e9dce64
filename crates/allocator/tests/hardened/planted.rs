//! Programs with a mistake in them: each must be ended, and say why. This test runs itself.
// They are wrong on purpose: there is nothing to prove of each line.
#![allow(
    unsafe_op_in_unsafe_fn,
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks
)]

use std::alloc::{GlobalAlloc, Layout};
use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::process::{Command, Output};
use std::thread;

#[cfg(feature = "std")]
use allocator::ThreadHeap;
use allocator::{FirstFit, Hardened, Heap, SlotAllocator, StaticRegion, Tlsf};

/// The allocator of the test itself.
#[cfg(feature = "std")]
#[global_allocator]
static PROGRAM: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new());

#[cfg(feature = "std")]
static THREAD_HEAP: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new());
static FIRST_FIT: Hardened<FirstFit<65_536>> = Hardened::new(FirstFit::new());
static REGION: StaticRegion<65_536> = StaticRegion::new();
static TLSF: Hardened<Tlsf> = Hardened::new(Tlsf::with_region(&REGION));
static SLOTS: Hardened<SlotAllocator<96, 512>> = Hardened::new(SlotAllocator::new());
static OTHER: Hardened<FirstFit<4096>> = Hardened::new(FirstFit::new());

trait Subject: GlobalAlloc + Sync {
    fn check(&self);
    unsafe fn free(&self, block: *mut u8);
}

impl<A: Heap + Sync> Subject for Hardened<A> {
    fn check(&self) {
        Hardened::check(self);
    }

    unsafe fn free(&self, block: *mut u8) {
        Hardened::free(self, block);
    }
}

type Heaped<'a> = &'a (dyn Subject + 'static);

fn subjects() -> Vec<(&'static str, Heaped<'static>)> {
    vec![
        #[cfg(feature = "std")]
        ("program", &PROGRAM),
        #[cfg(feature = "std")]
        ("thread_heap", &THREAD_HEAP),
        ("first_fit", &FIRST_FIT),
        ("tlsf", &TLSF),
        ("slots", &SLOTS),
    ]
}

const TWICE: &str = "allocator: a block was freed twice: 0x";
const NO_BLOCK: &str = "allocator: what was freed is no block of this allocator: 0x";
const LAYOUT: &str = "allocator: a block came back with another layout: 0x";
const BEHIND: &str = "allocator: something wrote behind the end of a block: 0x";
const BEFORE: &str = "allocator: something wrote before the start of a block: 0x";
const AFTER: &str = "allocator: something wrote to a block after it was freed: 0x";

/// A mistake, how it is made, and what is said then: all of these.
type Mistake = (&'static str, unsafe fn(Heaped<'_>), &'static [&'static str]);

const MISTAKES: &[Mistake] = &[
    (
        "double_free",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            heap.dealloc(block, BLOCK);
        },
        &[
            TWICE,
            ", allocated with size 24 and alignment 8, given back with size 24 and alignment 8",
        ],
    ),
    (
        "double_free_later",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            let others = [(); 10].map(|()| new(heap));
            let _ = others.map(|other| heap.dealloc(other, BLOCK));
            heap.dealloc(block, BLOCK);
        },
        // It may have left the quarantine, so that its header was used for something else.
        &["allocator: "],
    ),
    (
        "double_free_without_a_layout",
        |heap| unsafe {
            let block = new(heap);
            heap.free(block);
            heap.free(block);
        },
        &[TWICE, ", allocated with size 24 and alignment 8\n"],
    ),
    (
        "freed_and_reallocated",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            heap.realloc(block, BLOCK, 30);
        },
        &[TWICE],
    ),
    (
        "on_the_stack",
        |heap| unsafe {
            let mut on_the_stack = [0_u64; 16];
            heap.dealloc(black_box(&raw mut on_the_stack[8]).cast(), BLOCK);
        },
        &[NO_BLOCK, ", given back with size 24 and alignment 8"],
    ),
    (
        "static",
        |heap| unsafe {
            static mut STATIC: [u64; 16] = [0; 16];
            heap.dealloc(black_box(&raw mut STATIC[8]).cast(), BLOCK);
        },
        &[NO_BLOCK],
    ),
    (
        "not_mapped",
        |heap| unsafe { heap.dealloc(std::ptr::without_provenance_mut(0x1234_5678), BLOCK) },
        &[NO_BLOCK],
    ),
    ("inside_of_a_block", |heap| unsafe { heap.dealloc(new(heap).add(16), BLOCK) }, &[NO_BLOCK]),
    (
        "inside_of_a_block_by_one",
        |heap| unsafe { heap.dealloc(new(heap).add(1), BLOCK) },
        &[NO_BLOCK],
    ),
    ("of_another_allocator", |heap| unsafe { heap.dealloc(new(&OTHER), BLOCK) }, &[NO_BLOCK]),
    (
        "wrong_size",
        |heap| unsafe { heap.dealloc(new(heap), Layout::new::<[u64; 4]>()) },
        &[
            LAYOUT,
            ", allocated with size 24 and alignment 8, given back with size 32 and alignment 8",
        ],
    ),
    (
        "wrong_alignment",
        |heap| unsafe { heap.dealloc(new(heap), Layout::new::<[u32; 6]>()) },
        &[
            LAYOUT,
            ", allocated with size 24 and alignment 8, given back with size 24 and alignment 4",
        ],
    ),
    (
        "wrong_layout_in_realloc",
        |heap| unsafe {
            heap.realloc(new(heap), Layout::new::<[u64; 2]>(), 8);
        },
        &[LAYOUT],
    ),
    (
        "behind_by_one",
        |heap| unsafe { free_after(heap, |block| block.add(24).write(7)) },
        &[BEHIND],
    ),
    (
        "behind_by_the_zero_of_a_string",
        |heap| unsafe { free_after(heap, |block| block.add(24).write(0)) },
        &[BEHIND, ", allocated with size 24 and alignment 8"],
    ),
    (
        "behind_by_the_length_of_a_word",
        |heap| unsafe {
            free_after(heap, |block| block.add(31).write_volatile(!block.add(31).read()))
        },
        &[BEHIND],
    ),
    (
        "behind_and_reallocated",
        |heap| unsafe {
            let block = new(heap);
            block.add(24).write(7);
            heap.realloc(block, BLOCK, 30);
        },
        &[BEHIND],
    ),
    (
        "behind_after_growing",
        |heap| unsafe {
            let block = heap.realloc(new(heap), BLOCK, 31);
            block.add(31).write(0);
            heap.dealloc(block, Layout::from_size_align_unchecked(31, 8));
        },
        &[BEHIND, ", allocated with size 31 and alignment 8"],
    ),
    ("before_by_one", |heap| unsafe { free_after(heap, |block| flip(block.sub(1))) }, &[BEFORE]),
    (
        "before_by_more_than_a_tag",
        |heap| unsafe {
            free_after(heap, |block| {
                for at in 1..=16 {
                    flip(block.sub(at));
                }
            });
        },
        &[NO_BLOCK],
    ),
    (
        "write_after_free",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            block.add(23).write(7);
            heap.check();
        },
        &[AFTER, ", allocated with size 24 and alignment 8\n"],
    ),
    (
        "write_after_free_found_later",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            block.write(7);
            // It may stay for long, but not for ever.
            for _ in 0..10_000 {
                heap.dealloc(new(heap), BLOCK);
            }
        },
        &[AFTER],
    ),
    (
        "write_behind_after_free",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            block.add(24).write(7);
            heap.check();
        },
        &[BEHIND],
    ),
    (
        "write_before_after_free",
        |heap| unsafe {
            let block = new(heap);
            heap.dealloc(block, BLOCK);
            flip(block.sub(1));
            heap.check();
        },
        &[BEFORE],
    ),
];

const BLOCK: Layout = Layout::new::<[u64; 3]>();

/// A block with its bytes written.
unsafe fn new(heap: Heaped<'_>) -> *mut u8 {
    let block = heap.alloc(BLOCK);
    block.write_bytes(1, BLOCK.size());
    black_box(block)
}

unsafe fn free_after(heap: Heaped<'_>, mistake: unsafe fn(*mut u8)) {
    let block = new(heap);
    mistake(block);
    heap.dealloc(block, BLOCK);
}

/// Whatever it was, it is something else now.
unsafe fn flip(byte: *mut u8) {
    byte.write_volatile(!byte.read_volatile());
}

/// What the mistakes are made with, without one.
unsafe fn right(heap: Heaped<'_>) {
    thread::scope(|scope| {
        for fill in 1..4 {
            scope.spawn(move || unsafe {
                for round in 1..2000 {
                    let [first, second] = [new(heap), new(heap)];
                    first.write_bytes(fill, 24);
                    let first = heap.realloc(first, BLOCK, 25 + round % 16);
                    assert_eq!(first.add(23).read(), fill);
                    heap.free(second);
                    heap.dealloc(first, Layout::from_size_align_unchecked(25 + round % 16, 8));
                }
            });
        }
    });
    let words = (0..1000_u32).map(|n| (n, n.to_string())).collect::<BTreeMap<_, _>>();
    drop(black_box(words));
    heap.check();
}

/// What the tests below start: it does what it is told by a variable, and nothing without one.
#[test]
fn child() {
    let Ok(told) = env::var("PLANTED") else { return };
    let (subject, mistake) = told.split_once('/').unwrap();
    #[cfg(all(feature = "std", unix))]
    if subject == "guarded" {
        return guarded::play(mistake);
    }
    let (_, heap) = subjects().into_iter().find(|it| it.0 == subject).unwrap();
    match MISTAKES.iter().find(|it| it.0 == mistake) {
        Some((_, make, _)) => unsafe { make(heap) },
        None => unsafe { right(heap) },
    }
}

/// Run this program again, to do what it is told.
fn run(told: &str) -> (Output, String) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "planted::child", "--nocapture"]).env("PLANTED", told);
    // Compiled for a sanitizer: a fault is to end the program, which otherwise the sanitizer would do.
    for options in ["TSAN_OPTIONS", "ASAN_OPTIONS"] {
        command.env(options, "handle_segv=0:handle_sigbus=0");
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[cfg(unix)]
fn signal(output: &Output) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&output.status)
}

/// It was ended, and said all of these.
fn check_ended(told: &str, expected: &[&str]) {
    let (output, said) = run(told);
    #[cfg(unix)]
    assert_eq!(signal(&output), Some(libc::SIGABRT), "{told}: {said}");
    assert!(!output.status.success(), "{told}: it goes on");
    for part in expected {
        // A panic's message is followed by other lines.
        assert!(said.contains(part), "{told}: {said}");
    }
    if cfg!(feature = "std") {
        assert_eq!(said.lines().count(), 1, "{told}: {said}");
    }
}

fn check_right(told: &str) {
    let (output, said) = run(told);
    assert!(output.status.success(), "{told}: {said}");
    assert_eq!(said, "");
}

#[test]
fn every_mistake_is_found_with_every_allocator() {
    for (subject, _) in subjects() {
        for (mistake, _, expected) in MISTAKES {
            check_ended(&format!("{subject}/{mistake}"), expected);
        }
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for (subject, _) in subjects() {
        check_right(&format!("{subject}/none"));
    }
}

/// Two of them on one heap underneath: each knows its own blocks, by its secret.
#[test]
#[cfg(feature = "std")]
fn a_block_of_another_secret_is_no_block() {
    check_ended("guarded/of_another_secret", &[NO_BLOCK]);
}

#[cfg(all(feature = "std", unix))]
mod guarded {
    use super::*;

    static HEAP: Hardened<ThreadHeap> = Hardened::new(ThreadHeap::new()).with_guard_pages(20_000);
    static IN_AN_ARENA: Hardened<FirstFit<4096>> =
        Hardened::new(FirstFit::new()).with_guard_pages(20_000);

    /// 20,008 bytes, which are no whole pages.
    const LARGE: Layout = Layout::new::<[u64; 2501]>();

    /// A mistake, how it is made, and what is said then. Nothing is said: the processor finds it.
    const MISTAKES: &[Mistake] = &[
        ("double_free", |heap| unsafe { twice(heap) }, &[TWICE, "size 20008 and alignment 8"]),
        (
            "double_free_later",
            |heap| unsafe {
                let block = new(heap);
                heap.dealloc(block, LARGE);
                let others = [(); 10].map(|()| new(heap));
                let _ = others.map(|other| heap.dealloc(other, LARGE));
                heap.free(block);
            },
            // If another block has its place in the table, it is unknown.
            &["allocator: "],
        ),
        (
            "freed_and_reallocated",
            |heap| unsafe {
                let block = new(heap);
                heap.dealloc(block, LARGE);
                heap.realloc(block, LARGE, 30_000);
            },
            &[TWICE],
        ),
        ("inside", |heap| unsafe { heap.dealloc(new(heap).add(8), LARGE) }, &[NO_BLOCK]),
        (
            "wrong_layout",
            |heap| unsafe { heap.dealloc(new(heap), Layout::new::<[u64; 2502]>()) },
            &[LAYOUT, "size 20008 and alignment 8, given back with size 20016 and alignment 8"],
        ),
        (
            "wrong_layout_in_realloc",
            |heap| unsafe {
                heap.realloc(new(heap), Layout::new::<[u32; 5002]>(), 30_000);
            },
            &[LAYOUT],
        ),
        ("behind_by_one", |heap| unsafe { new(heap).add(LARGE.size()).write(7) }, &[]),
        ("read_behind", |heap| unsafe { look_at(new(heap).add(LARGE.size())) }, &[]),
        (
            "behind_within_the_alignment",
            |heap| unsafe {
                let layout = Layout::from_size_align_unchecked(20_001, 8);
                let block = heap.alloc(layout);
                block.add(20_001).write(0);
                heap.dealloc(block, layout);
            },
            &[BEHIND],
        ),
        (
            "before_by_one",
            |heap| unsafe {
                let block = new(heap);
                block.sub(1).write(0);
                heap.dealloc(block, LARGE);
            },
            &[BEFORE],
        ),
        ("before_by_a_page", |heap| unsafe { new(heap).sub(4096).write(7) }, &[]),
        (
            "write_after_free",
            |heap| unsafe {
                let block = new(heap);
                heap.dealloc(block, LARGE);
                block.write(7);
            },
            &[],
        ),
        (
            "read_after_free",
            |heap| unsafe {
                let block = new(heap);
                heap.dealloc(block, LARGE);
                look_at(block);
            },
            &[],
        ),
        (
            "read_after_realloc",
            |heap| unsafe {
                let block = new(heap);
                heap.realloc(block, LARGE, LARGE.size() + 1);
                look_at(block);
            },
            &[],
        ),
    ];

    unsafe fn new(heap: Heaped<'_>) -> *mut u8 {
        let block = heap.alloc(LARGE);
        block.write_bytes(1, LARGE.size());
        black_box(block)
    }

    unsafe fn twice(heap: Heaped<'_>) {
        let block = new(heap);
        heap.dealloc(block, LARGE);
        heap.dealloc(block, LARGE);
    }

    unsafe fn look_at(place: *const u8) {
        black_box(place.read_volatile());
    }

    pub(super) fn play(mistake: &str) {
        let (heap, mistake): (Heaped<'_>, _) = match mistake.strip_prefix("in_an_arena_") {
            Some(mistake) => (&IN_AN_ARENA, mistake),
            None => (&HEAP, mistake),
        };
        match MISTAKES.iter().find(|it| it.0 == mistake) {
            Some((_, make, _)) => unsafe { make(heap) },
            None if mistake == "of_another_secret" => unsafe {
                heap.dealloc(super::new(&PROGRAM), BLOCK);
            },
            None => unsafe {
                for _ in 0..100 {
                    heap.dealloc(new(heap), LARGE);
                }
                right(&HEAP);
            },
        }
    }

    #[test]
    fn every_mistake_is_found() {
        for subject in ["guarded/", "guarded/in_an_arena_"] {
            for (mistake, _, expected) in MISTAKES {
                let told = format!("{subject}{mistake}");
                if expected.is_empty() {
                    let (output, said) = run(&told);
                    let faults = [Some(libc::SIGSEGV), Some(libc::SIGBUS)];
                    assert!(faults.contains(&signal(&output)), "{told}: {}", output.status);
                    assert_eq!(said, "", "{told}");
                } else {
                    check_ended(&told, expected);
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        check_right("guarded/none");
        check_right("guarded/in_an_arena_none");
    }
}
