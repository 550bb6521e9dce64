//! Blocks of arbitrary bytes.

use raw_serialise::schema::{
    ByteOrder, ConvertError, Fault, Inspect, Schema, Walk, convert as convert_block, differences,
};
use raw_serialise::{Archive, Error, SectionError};

use super::seal::{Content, built};
use super::sink::Sink;
use super::types::{SUBJECTS, Subject};
use super::{Outcome, aligned, first, text};

/// How many bytes something may be converted to.
const LIMIT: usize = 1 << 14;

/// What is done besides, if the byte that chooses a type says so.
struct Extras {
    stops: bool,
    inspect: bool,
    misaligned: bool,
}

impl Extras {
    /// Nothing for the lowest byte of each type, and everything for the seventh above it.
    const fn chosen(byte: u8) -> Self {
        let bits = byte / SUBJECTS.len() as u8;
        Self { stops: bits & 1 > 0, inspect: bits & 2 > 0, misaligned: bits & 4 > 0 }
    }
}

/// The first byte chooses a type, the rest is a block of it: checked by its type and by its schema,
/// which must say the same, and looked at, all of it. What takes longer is done for some first bytes only.
pub fn validate(input: &[u8]) -> Outcome {
    let (choice, block) = first(input);
    let subject = Subject::chosen(choice);
    let extras = Extras::chosen(choice);
    let schema = subject.schema();
    let read = aligned(block, 0, |block| (subject.read)(block));
    let walk = || Walk::new(schema, ByteOrder::NATIVE, block, 1);
    let walked = walk().without_lazy_parts().check();
    match (&read, &walked) {
        (Ok(_), Ok(())) => {}
        (Err(Error::Invalid(by_type)), Err(by_schema)) => {
            assert_eq!(by_type.at, by_schema.at);
            assert_eq!(Fault::Invalid(by_type.reason), by_schema.fault);
        }
        _ => panic!("by its type: {read:?}, by its schema: {walked:?}"),
    }
    if extras.stops {
        // A stop at each value does not change the answer.
        let mut sink = Sink::new();
        let mut every = walk().without_lazy_parts();
        let mut stopped = Ok(());
        while let Some(event) = every.next() {
            sink.show(&every.path());
            stopped = event.map(|event| sink.show(&event));
        }
        assert_eq!(stopped, walked);
    }
    if extras.inspect {
        inspect(schema, ByteOrder::NATIVE, block, 1);
    }
    if extras.misaligned {
        let misaligned = aligned(block, 8, |block| (subject.read)(block));
        assert_eq!(misaligned, Err(Error::Alignment { expected: 16, found: 8 }));
    }

    let all = read.map_err(text)?;
    let deep = walk().check();
    let too_deep = deep.as_ref().is_err_and(|error| error.fault == Fault::Parts);
    if let (Some(valid), false) = (all, too_deep) {
        assert_eq!(deep.is_ok(), valid, "{deep:?}");
    }
    deep.map_err(text)?;
    // A value has one form: written anew it is the same.
    let again = convert_block(schema, ByteOrder::NATIVE, block, 1, schema, block.len());
    if again != Err(ConvertError::Levels) {
        assert_eq!(again.as_deref(), Ok(block));
    }
    Ok(())
}

/// Describes a block for people.
pub(crate) fn inspect(schema: &Schema, order: ByteOrder, block: &[u8], count: usize) {
    use std::fmt::Write;

    let colour = block.len().is_multiple_of(2);
    let inspect = Inspect::new(schema, order, block, count).colour(colour);
    let _ = write!(Sink::new(), "{inspect}");
    let _ = write!(Sink::new(), "{}", inspect.bytes(9).values(1));
}

/// Schemas as older programs, or others, may have written them.
pub(crate) const OLDER: [&str; 8] = [
    "raw-serialise schema 1\nroot Log\nstruct Log size 24 align 4\n  level at 0: u8\n  text at 4: str\n  \
     flags at 12: Flags\nstruct Flags size 12 align 4\n  on at 0: bool\n  colour at 1: Colour\n  \
     letter at 2: [u8; 2]\n  symbol at 4: char\n  id at 8: nonzero<u32>\nenum Colour size 1 align 1 \
     tag u8\n  Red = 1\n  Green = 2\n  Blue = 7\n",
    "raw-serialise schema 1\nroot Log\nstruct Log size 32 align 4\n  flags at 0: Flags\n  level at 20: u8\
     \n  text at 24: str\nstruct Flags size 20 align 4\n  letter at 0: [u8; 2]\n  symbol at 4: char\n  \
     id at 8: nonzero<u32>\n  on at 12: bool\n  colour at 16: Colour\nenum Colour size 2 align 2 tag i16\
     \n  Blue = -9\n  Red = 0\n",
    "raw-serialise schema 1\nroot Kind\nenum Kind size 8 align 4 tag u8\n  File = 200\n    0 at 1: bool\
     \n    1 at 2: Version\n  Folder = 0\nstruct Version size 4 align 2\n  major at 0: u16\n  minor at \
     2: [u8; 2]\n",
    "raw-serialise schema 1\nroot (map<Kind, bool>, map<(str, option<i8>, char), list<char>>)\n\
     enum Kind size 8 align 4 tag u8\n  Link = 1\n    to at 4: u32\n  File = 2\n    0 at 1: bool\n    1 \
     at 2: Version\n  Folder = 3\nstruct Version size 4 align 2\n  major at 0: u16\n  minor at 2: [u8; \
     2]\n",
    "raw-serialise schema 1\nroot Node\nstruct Node size 16 align 4\n  name at 0: str\n  under at 8: \
     list<Node>\n",
    "raw-serialise schema 1\nroot Deep\nstruct Deep size 12 align 4\n  is at 0: bool\n  parts at 4: \
     list<lazy<Deep>>\n",
    "raw-serialise schema 1\nroot list<str>\n",
    "raw-serialise schema 1\nroot Chain\nstruct Chain size 32 align 16\n  next at 16: option<box<Chain>>\n",
];

/// The data of a schema as that of a type: the first byte chooses the type, the second the byte order
/// and the schema, which may stand in the input.
pub fn convert(input: &[u8]) -> Outcome {
    let (choice, input) = first(input);
    let (flags, input) = first(input);
    let subject = Subject::chosen(choice);
    let program = subject.schema();
    let order = if flags % 2 == 0 { ByteOrder::Little } else { ByteOrder::Big };
    let (file, input) = match usize::from(flags / 2) % (OLDER.len() + 2) {
        0 => {
            let (low, input) = first(input);
            let (high, input) = first(input);
            let length = usize::from(low) + 256 * usize::from(high % 4);
            let (text, input) = input.split_at(length.min(input.len()));
            (std::str::from_utf8(text).map_err(super::text)?, input)
        }
        1 => (subject.text(), input),
        older => (OLDER[older - 2], input),
    };
    let (count, block) = first(input);
    // One, if nobody says otherwise.
    let count = usize::from(count ^ 1);

    let file = parsed(file)?;
    let mut sink = Sink::new();
    let found = differences(&file, program);
    if Extras::chosen(choice).stops {
        found.iter().for_each(|it| sink.show(&it.to_string()));
    }
    if Extras::chosen(choice).inspect {
        inspect(&file, order, block, count);
    }
    let walked = Walk::new(&file, order, block, count).check();
    let converted = convert_block(&file, order, block, count, program, LIMIT);
    let refused = found.iter().any(|it| !it.is_convertible());
    assert_eq!(matches!(converted, Err(ConvertError::Refused { .. })), refused);
    if !refused && let Err(error) = &walked {
        assert_eq!(converted, Err(ConvertError::Invalid(error.clone())));
    }
    let converted = converted.map_err(text)?;
    assert!(converted.len() <= LIMIT);
    let again = Walk::new(program, ByteOrder::NATIVE, &converted, count).check();
    assert_eq!(again, Ok(()), "it was converted to what is refused");
    if count == 1 {
        let read = aligned(&converted, 0, |block| (subject.read)(block));
        assert!(matches!(read, Ok(None | Some(true))), "{read:?}");
    }
    Ok(())
}

/// A schema, which has one text.
pub(crate) fn parsed(schema: &str) -> Result<Schema, String> {
    let parsed = Schema::parse(schema).map_err(text)?;
    assert_eq!(parsed.text(), schema);
    Ok(parsed)
}

/// A section of a type that is changed: the first byte chooses the type, and the second how many bytes
/// there are of which the changes are made. The rest is the section.
pub fn edit(input: &[u8]) -> Outcome {
    let (choice, input) = first(input);
    let (length, input) = first(input);
    let subject = Subject::chosen(choice);
    let extras = Extras::chosen(choice);
    let (changes, block) = input.split_at(usize::from(length % 16).min(input.len()));
    let content = Content { name: "it", schema: subject.text(), count: 1, block };
    let file = built(ByteOrder::NATIVE, &[content]);

    aligned(&file, 0, |file| {
        let before = file.to_vec();
        let mut archive = Archive::from_bytes_mut(file).map_err(text)?;
        let read = (subject.get)(&archive, "it").map_err(text);
        let edited;
        if extras.stops {
            // Without having read it before.
            let mut unread = Archive::copy(archive.bytes()).map_err(text)?;
            edited = (subject.edit)(&mut archive, "it", changes).map_err(text);
            assert_eq!((subject.edit)(&mut unread, "it", changes).map_err(text), edited);
            assert_eq!(archive.bytes(), unread.bytes());
        } else {
            edited = (subject.edit)(&mut archive, "it", changes).map_err(text);
        }
        assert_eq!(edited.as_ref().err(), read.as_ref().err());
        match edited {
            Err(_) => assert_eq!(archive.bytes(), before),
            Ok(()) => {
                assert_eq!(archive.bytes().len(), before.len());
                assert_eq!(archive.verify().map_err(text), Ok(()));
                let again = (subject.get)(&archive, "it").map_err(text);
                assert_eq!(again, read, "after the change");
                let copy = Archive::copy(archive.bytes()).map_err(text).unwrap();
                assert_eq!(copy.verify().map_err(text), Ok(()));
                assert_eq!((subject.get)(&copy, "it").map_err(text), read);
            }
        }
        edited
    })?;
    if extras.misaligned {
        let read_only = aligned(&file, 0, |file| {
            let mut archive = Archive::from_bytes(file).map_err(text)?;
            Ok::<_, String>((subject.edit)(&mut archive, "it", changes))
        })?;
        assert!(matches!(read_only, Err(SectionError::ReadOnly)), "{read_only:?}");
    }
    Ok(())
}
