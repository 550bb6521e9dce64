//! Exercise 2: a reader that does not believe a length.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{self, Read};

use raw_serialise_exercises::believed_length::{Error, read_block};

thread_local! {
    /// The largest room that this thread asked for.
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

struct Watch;

impl Watch {
    fn asked(size: usize) {
        LARGEST.with(|it| it.set(it.get().max(size)));
    }
}

// SAFETY: all calls are passed on.
unsafe impl GlobalAlloc for Watch {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::asked(layout.size());
        // SAFETY: as for this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::asked(layout.size());
        // SAFETY: as for this function.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::asked(size);
        // SAFETY: as for this function.
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as for this function.
        unsafe { System.dealloc(place, layout) };
    }
}

#[global_allocator]
static WATCH: Watch = Watch;

fn file(len: u64, data: &[u8]) -> Vec<u8> {
    [&len.to_le_bytes(), data].concat()
}

/// Copied in pieces: under Miri a loop over each byte would take minutes.
fn data(len: usize) -> Vec<u8> {
    let piece: Vec<u8> = (0..251).collect();
    let mut all = piece.repeat(len.div_ceil(piece.len()));
    all.truncate(len);
    all
}

#[test]
fn a_block_is_read() {
    for len in [0, 1, 7, 8, 9, 1000, 65_536, 65_537, 300_000] {
        let data = data(len);
        assert_eq!(read_block(&file(len as u64, &data)[..]).unwrap(), data);
    }
}

#[test]
fn nothing_behind_it_is_read() {
    let mut input = file(3, b"onetwothree");
    input.extend(file(2, b"!!"));
    let mut rest = &input[..];
    assert_eq!(read_block(&mut rest).unwrap(), b"one");
    assert_eq!(&rest[..8], b"twothree");
}

#[test]
fn an_input_that_ends_says_after_how_many_bytes() {
    for (len, came) in [(1, 0), (10, 9), (70_000, 69_999), (u64::MAX, 5), (1 << 40, 70_000)] {
        match read_block(&file(len, &data(came))[..]) {
            Err(Error::Cut { came: found, of }) => assert_eq!((found, of), (came as u64, len)),
            other => panic!("{came} of {len} bytes: {other:?}"),
        }
    }
}

#[test]
fn a_length_that_is_cut() {
    for came in 0..8_u64 {
        match read_block(&[1; 8][..came as usize]) {
            Err(Error::Cut { came: found, of: 8 }) => assert_eq!(found, came),
            other => panic!("{came} bytes of the length: {other:?}"),
        }
    }
}

/// Four gigabytes, or more than there are anywhere, are asked for in eight bytes.
#[test]
fn a_length_is_not_believed() {
    for len in [1 << 20, 1 << 32, 1 << 62, u64::MAX] {
        for came in [0, 10, 100_000] {
            let input = file(len, &data(came));
            LARGEST.set(0);
            let result = read_block(&input[..]);
            let largest = LARGEST.get();
            assert!(matches!(result, Err(Error::Cut { .. })), "{came} of {len} bytes");
            let most = (64 << 10).max(2 * came);
            assert!(largest <= most, "room for {largest} bytes, and {came} of {len} came");
        }
    }
}

/// Gives one byte at a time, and is interrupted before each.
struct Hesitant<'a> {
    bytes: &'a [u8],
    ready: bool,
}

impl Read for Hesitant<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.ready = !self.ready;
        if !self.ready {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = room.len().min(1);
        self.bytes.read(&mut room[..len])
    }
}

#[test]
fn an_interruption_is_no_error() {
    let data = data(300);
    let input = file(300, &data);
    assert_eq!(read_block(Hesitant { bytes: &input, ready: true }).unwrap(), data);
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the cable came out"))
    }
}

#[test]
fn an_error_of_the_reader_is_passed_on() {
    for len in [0, 4, 8, 11] {
        let input = file(10, b"abcde");
        match read_block(input[..len].chain(Broken)) {
            Err(Error::Io(error)) => assert_eq!(error.to_string(), "the cable came out"),
            other => panic!("after {len} bytes: {other:?}"),
        }
    }
}
