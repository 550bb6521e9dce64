//! Readers and writers that behave badly, or well but unusually.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::error::Error as _;
use std::io::{self, ErrorKind, Read, Write};

use raw_serialise::{
    ReadError, read_box_from, read_from, read_into, read_slice_into, read_vec_from, write_slice_to,
    write_to,
};

/// What a reader does on one call.
#[derive(Clone, Copy)]
enum Step {
    Give(usize),
    Interrupt,
    Fail,
    /// Claims this many bytes more than there was room for.
    Lie(usize),
}

/// Follows a script, then is at its end. The bytes count up: 0, 1, 2, …
struct Script<'a> {
    steps: std::slice::Iter<'a, Step>,
    next: u8,
}

impl<'a> Script<'a> {
    fn new(steps: &'a [Step]) -> Self {
        Self { steps: steps.iter(), next: 0 }
    }
}

impl Read for Script<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        // A reader may look at what it is given: under Miri this finds uninitialised memory.
        assert!(room.iter().all(|&byte| byte == 0));
        match self.steps.next() {
            None => Ok(0),
            Some(&Step::Give(count)) => {
                let count = count.min(room.len());
                for byte in &mut room[..count] {
                    *byte = self.next;
                    self.next += 1;
                }
                Ok(count)
            }
            Some(Step::Interrupt) => Err(ErrorKind::Interrupted.into()),
            Some(Step::Fail) => Err(io::Error::new(ErrorKind::BrokenPipe, "the cable came out")),
            Some(Step::Lie(more)) => Ok(room.len() + more),
        }
    }
}

const EIGHT: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

#[test]
fn one_byte_at_a_time() {
    let steps = [Step::Give(1); 8];
    assert_eq!(read_from::<[u8; 8]>(Script::new(&steps)).unwrap(), EIGHT);
    assert_eq!(*read_box_from::<[u8; 8]>(Script::new(&steps)).unwrap(), EIGHT);
    assert_eq!(read_vec_from::<u8>(Script::new(&steps), 8).unwrap(), EIGHT);
    let mut place = [0_u8; 8];
    read_slice_into(&mut place, Script::new(&steps)).unwrap();
    assert_eq!(place, EIGHT);
    assert_eq!(read_from::<u64>(Script::new(&steps)).unwrap(), u64::from_ne_bytes(EIGHT));
}

#[test]
fn an_interrupted_read_is_tried_again() {
    let steps = [Step::Interrupt, Step::Give(3), Step::Interrupt, Step::Interrupt, Step::Give(5)];
    assert_eq!(read_from::<[u8; 8]>(Script::new(&steps)).unwrap(), EIGHT);
    assert_eq!(read_vec_from::<[u8; 4]>(Script::new(&steps), 2).unwrap().as_flattened(), EIGHT);
}

#[test]
fn what_follows_stays_in_the_reader() {
    let mut input = &[1_u8, 1, 2, 2, 3, 3, 3][..];
    assert_eq!(read_from::<u16>(&mut input).unwrap(), 0x0101);
    assert_eq!(*read_box_from::<u16>(&mut input).unwrap(), 0x0202);
    assert_eq!(read_vec_from::<u8>(&mut input, 2).unwrap(), [3, 3]);
    assert_eq!(input, [3]);
}

#[test]
fn a_failure_keeps_its_error_and_counts_what_came() {
    let steps = [Step::Give(2), Step::Interrupt, Step::Give(1), Step::Fail];
    let check = |error: ReadError, all: usize| {
        assert_eq!(error.to_string(), format!("the reader failed after 3 of {all} bytes"));
        assert_eq!(error.source().unwrap().to_string(), "the cable came out");
        assert!(matches!(&error, ReadError::Io { expected, found: 3, .. } if *expected == all));
        assert_eq!(io::Error::from(error).kind(), ErrorKind::BrokenPipe);
    };
    check(read_from::<[u8; 8]>(Script::new(&steps)).unwrap_err(), 8);
    check(read_box_from::<[u8; 8]>(Script::new(&steps)).unwrap_err(), 8);
    check(read_vec_from::<[u8; 2]>(Script::new(&steps), 5).unwrap_err(), 10);
}

#[test]
fn a_short_input_is_an_unexpected_end() {
    let error = read_from::<[u8; 8]>(Script::new(&[Step::Give(5)])).unwrap_err();
    assert_eq!(error.to_string(), "the input ended after 5 of 8 bytes");
    assert!(error.source().is_none());
    let error = io::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "the input ended after 5 of 8 bytes");
}

/// More than the first room: what came before counts too.
#[test]
fn a_long_vector_counts_from_its_start() {
    let input = vec![0_u8; 70_000];
    match read_vec_from::<u16>(&input[..], 100_000) {
        Err(ReadError::Short { expected, found }) => {
            assert_eq!((expected, found), (200_000, 70_000))
        }
        other => panic!("{other:?}"),
    }
    let mut values = read_vec_from::<u16>(&input[..], 35_000).unwrap();
    assert_eq!(values.pop(), Some(0));
}

/// `Read` is a safe trait: that its answer fits the room is nothing to rely on.
#[test]
fn a_reader_that_lies_is_an_error() {
    for more in [1, usize::MAX / 2] {
        let steps = [Step::Give(3), Step::Lie(more)];
        let check = |result: Result<(), ReadError>, room: usize| match result {
            Err(ReadError::Overrun { room: r, claimed }) => {
                assert_eq!((r, claimed), (room, room + more));
            }
            other => panic!("{other:?}"),
        };
        check(read_from::<[u8; 8]>(Script::new(&steps)).map(drop), 5);
        check(read_box_from::<[u8; 8]>(Script::new(&steps)).map(drop), 5);
        check(read_vec_from::<u16>(Script::new(&steps), 4).map(drop), 5);
    }
}

#[test]
fn after_an_error_the_place_still_holds_a_value() {
    struct TwoThenEnd(u8);
    impl Read for TwoThenEnd {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let count = usize::from(self.0);
            room[..count].fill(9);
            self.0 = 0;
            Ok(count)
        }
    }
    let mut place = [1_u8, 2, 3, 4];
    assert!(read_into(&mut place, TwoThenEnd(2)).is_err());
    assert_eq!(place, [9, 9, 3, 4]);
}

/// Takes so many bytes, one at a time and with interruptions, then fails.
struct Small {
    taken: Vec<u8>,
    room: usize,
    interrupt: bool,
}

impl Write for Small {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt = !self.interrupt;
        if self.interrupt {
            return Err(ErrorKind::Interrupted.into());
        }
        if self.taken.len() == self.room {
            return Err(ErrorKind::StorageFull.into());
        }
        self.taken.push(bytes[0]);
        Ok(1)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_takes_little_gets_everything() {
    let mut writer = Small { taken: Vec::new(), room: 12, interrupt: false };
    write_to(&[0_u8, 1, 2, 3], &mut writer).unwrap();
    write_slice_to(&[[4_u8, 5], [6, 7]], &mut writer).unwrap();
    assert_eq!(writer.taken, EIGHT);
    let error = write_to(&[0_u8; 8], &mut writer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
}
