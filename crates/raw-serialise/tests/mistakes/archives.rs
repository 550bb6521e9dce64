//! Mistakes with data on the heap, and with files.

use std::collections::BTreeMap;
use std::mem::needs_drop;
use std::num::NonZero;

use raw_serialise::heap::{Deferred, LazyRef, ListRef, MapRef};
use raw_serialise::{
    Archive, Builder, Checked, Checksums, Error, Invalid, NoPadding, OpenError, Plain, Reason,
    SectionError, Serialise, WriteError, Writer, read_block, read_value, read_vec_from,
    write_block, write_value,
};

use crate::crafted::{Aligned, in_entry, seal, seal_front, word};

/// The block of a value, changed, and why it is refused.
#[track_caller]
fn refused<T: Serialise>(value: &T, change: impl FnOnce(&mut Vec<u8>)) -> (usize, Reason) {
    let mut block = write_block(value, Vec::new()).unwrap();
    change(&mut block);
    match read_block::<T>(Aligned::copy(&block).bytes()) {
        Err(Error::Invalid(Invalid { at, reason, .. })) => (at, reason),
        other => panic!("{other:?}"),
    }
}

/// The only section of a file, changed in place, with true checksums.
fn forged<T: Serialise>(value: &T, change: impl FnOnce(&mut [u8])) -> Archive<'static> {
    let archive = Builder::new().section("it", value).build().unwrap();
    let start = archive.sections().next().unwrap().offset();
    let mut file = archive.bytes().to_vec();
    change(&mut file[start..]);
    seal(&mut file);
    let archive = Archive::copy(&file).unwrap();
    archive.verify().unwrap();
    archive
}

/// rkyv, RUSTSEC-2026-0233 to 0235: crafted archives passed validation. Some held ranges that
/// reached out of the archive, or back to what lay before.
#[test]
fn a_range_out_of_the_archive() {
    let lists = vec![vec![1_u32, 2, 3], vec![4]];
    // The list, then two lists, then their numbers: 8 + 16 + 12 + 4 bytes.
    for distance in [0, 4, 15, 17, 20, 28, 0x7fff_ffff, 0xffff_fff0, u32::MAX] {
        let (at, reason) = refused(&lists, |block| word(block, 8, distance));
        assert_eq!(at, 8);
        assert!(matches!(reason, Reason::Place { expected: 24, .. }), "{reason}");
    }
    // 2^32 bytes further on is back again, where `usize` has 32 bits.
    let (at, reason) = refused(&lists, |block| word(block, 16, u32::MAX - 16 + 1));
    assert!(at == 16 && matches!(reason, Reason::Place { expected: 36, .. }));
    assert_eq!(
        refused(&lists, |block| word(block, 20, 2)),
        (16, Reason::End { expected: 40, found: 44 })
    );

    let text = "more than eight bytes".to_owned();
    assert_eq!(
        refused(&text, |block| word(block, 4, 9)),
        (0, Reason::Place { expected: 8, found: 9 })
    );
    assert_eq!(
        refused(&text, |block| block.truncate(28)),
        (0, Reason::End { expected: 28, found: 29 })
    );
    let late = Deferred(7_u32);
    let (_, reason) = refused(&late, |block| word(block, 4, 5));
    assert_eq!(reason, Reason::End { expected: 20, found: 21 });

    // As a section, whose checksum is true.
    let archive = forged(&lists, |section| word(section, 12, u32::MAX));
    match archive.get::<Vec<Vec<u32>>>("it") {
        Err(SectionError::Invalid { invalid, .. }) => {
            assert_eq!(invalid.reason, Reason::End { expected: 40, found: 24 + 4 * 0xffff_ffff });
        }
        other => panic!("{other:?}"),
    }
}

/// The same three: two shared pointers to the same data with different lengths, of which only one
/// was validated. Here nothing is shared, and so nothing overlaps.
#[test]
fn two_pointers_to_the_same_data_with_different_lengths() {
    // Two lists, then four numbers, then two.
    let lists = (vec![1_u32, 2, 3, 4], vec![5_u32, 6]);
    for (distance, count) in [(8, 2), (8, 4), (12, 1), (20, 3)] {
        for length in [16 + 16, 16 + 16 + 8] {
            let (at, reason) = refused(&lists, |block| {
                word(block, 8, distance);
                word(block, 12, count);
                block.truncate(length);
            });
            assert_eq!(at, 8);
            assert!(matches!(reason, Reason::Place { expected: 32, .. }), "{reason}");
        }
    }
    // Two boxes, two texts, two parts; a map whose values are its keys.
    let change = |block: &mut Vec<u8>| word(block, 4, 4);
    let boxes = (Box::new(1_u32), Box::new(2_u32));
    assert_eq!(refused(&boxes, change), (4, Reason::Place { expected: 12, found: 8 }));
    let texts = ("longer than eight".to_owned(), "as long as the ot".to_owned());
    let (_, reason) = refused(&texts, |block| word(block, 12, 8));
    assert_eq!(reason, Reason::Place { expected: 33, found: 16 });
    let parts = (Deferred(1_u32), Deferred(2_u32));
    let (_, reason) = refused(&parts, |block| word(block, 8, 8));
    assert_eq!(reason, Reason::Place { expected: 32, found: 16 });
    let map: BTreeMap<u32, u32> = [(1, 1), (2, 2)].into();
    let (_, reason) = refused(&map, |block| word(block, 8, 12));
    assert_eq!(reason, Reason::Place { expected: 20, found: 12 });
}

/// A box that points to itself, or to what points to it, would be read for ever; a chain of boxes
/// deep enough ends the stack of whoever follows it.
#[test]
fn a_loop_and_a_chain_without_end() {
    #[derive(Debug, Default, Serialise)]
    struct Link {
        next: Option<Box<Link>>,
    }

    let chain = |links: usize| {
        // `Some`, and the next one right behind.
        let mut block = [[1, 0, 0, 0].as_slice(), &4_u32.to_ne_bytes()].concat().repeat(links);
        block.extend([0; 8]);
        Aligned::copy(&block)
    };
    for distance in [0, u32::MAX - 3] {
        let mut block = chain(2);
        word(block.bytes(), 12, distance);
        let error = read_block::<Link>(block.bytes()).unwrap_err();
        assert!(matches!(
            error,
            Error::Invalid(Invalid { at: 12, reason: Reason::Place { .. }, .. })
        ));
    }
    assert!(read_block::<Link>(chain(128).bytes()).is_ok());
    for links in [129, 130, if cfg!(miri) { 500 } else { 1_000_000 }] {
        match read_block::<Link>(chain(links).bytes()) {
            Err(Error::Invalid(Invalid { reason: Reason::Depth, at, .. })) => {
                assert_eq!(at, 128 * 8 + 4);
            }
            other => panic!("{other:?}"),
        }
    }
    // What is written can be read.
    let value =
        |links| (0..links).fold(Link::default(), |next, _| Link { next: Some(Box::new(next)) });
    assert_eq!(write_block(&value(128), Vec::new()).unwrap(), chain(128).bytes());
    assert_eq!(write_block(&value(129), Vec::new()), Err(WriteError::Depth));
}

/// rkyv, RUSTSEC-2026-0001, now for files: a count or length of four billion, or of 2^64.
/// (`tests/memory.rs` counts what is allocated.)
#[test]
fn a_length_field_of_an_archive() {
    let numbers = vec![1_u32, 2, 3];
    for count in [4, 5, 1 << 30, u32::MAX] {
        let (at, reason) = refused(&numbers, |block| word(block, 4, count));
        let found = 8 + 4 * u64::from(count);
        assert_eq!((at, reason), (0, Reason::End { expected: 20, found }));
    }
    let texts = vec![String::new(), "a text of some length".to_owned()];
    let (_, reason) = refused(&texts, |block| word(block, 4, u32::MAX));
    assert_eq!(reason, Reason::End { expected: 45, found: 8 + 8 * 0xffff_ffff });
    let (_, reason) = refused(&texts, |block| block[16..20].fill(0xbf));
    assert!(matches!(reason, Reason::End { expected: 45, .. }), "{reason}");
    let map: BTreeMap<u64, [u64; 1000]> = BTreeMap::new();
    let (_, reason) = refused(&map, |block| {
        word(block, 0, 16);
        word(block, 4, u32::MAX);
        block.resize(64, 0);
    });
    assert_eq!(reason, Reason::End { expected: 64, found: 16 + 8 * 0xffff_ffff });

    // In the front.
    let archive = Builder::new().section("it", &numbers).build().unwrap();
    let mut sealed = archive.bytes().to_vec();
    seal(&mut sealed);
    assert_eq!(sealed, archive.bytes());
    for field in [in_entry(0), in_entry(8), 16, 24] {
        for number in [0, 1 << 20, 1 << 40, u64::MAX - 15, u64::MAX] {
            let mut file = archive.bytes().to_vec();
            file[field..field + 8].copy_from_slice(&number.to_le_bytes());
            if field != 24 {
                seal(&mut file);
            }
            let error = Archive::copy(&file).unwrap_err();
            assert!(matches!(error, OpenError::Front { .. } | OpenError::Length { .. }), "{error}");
        }
    }
    // How many values there are, of which the section has one.
    for number in [0, 2, 3, 1 << 29, 1 << 61, 1 << 63, u64::MAX] {
        let mut file = archive.bytes().to_vec();
        file[in_entry(16)..in_entry(24)].copy_from_slice(&number.to_le_bytes());
        seal(&mut file);
        match Archive::copy(&file).map(|archive| archive.get::<Vec<u32>>("it").is_err()) {
            Ok(refused) => assert!(refused, "{number} values"),
            // More than a `usize` can be.
            Err(error) => assert!(matches!(error, OpenError::Front { .. }), "{error}"),
        }
    }
    // How many sections there are.
    for number in [0, 2, u32::MAX] {
        let mut file = archive.bytes().to_vec();
        file[12..16].copy_from_slice(&number.to_le_bytes());
        seal_front(&mut file);
        assert!(matches!(Archive::copy(&file), Err(OpenError::Front { .. })));
    }
}

/// rkyv, RUSTSEC-2026-0122: a panic in the middle of reading or dropping left half a value, which
/// was dropped again. Here a view owns nothing, so there is nothing to drop, and what is read into
/// memory of its own is `Copy`, so a value that is refused half way is not dropped at all.
#[test]
fn views_own_nothing_and_half_a_value_is_never_dropped() {
    const {
        assert!(!needs_drop::<ListRef<'_, u32>>());
        assert!(!needs_drop::<MapRef<'_, u32, u32>>());
        assert!(!needs_drop::<LazyRef<'_, u32>>());
        assert!(!needs_drop::<Shape>());
    }
    fn no_drop<T: Serialise>(value: &T) {
        assert!(!needs_drop::<<T::Stored as raw_serialise::stored::Stored>::Ref<'_>>());
        assert!(!needs_drop::<<T::Stored as raw_serialise::stored::Stored>::Mut<'_>>());
        let mut block = Aligned::copy(&write_block(value, Vec::new()).unwrap());
        // Used and then not dropped, twice: a view is `Copy`.
        let view = read_block::<T>(block.bytes()).unwrap();
        assert_eq!(format!("{view:?}"), format!("{:?}", [view][0]));
    }
    no_drop(&vec![Some(Box::new("a text of some length".to_owned()))]);
    no_drop(&BTreeMap::from([("key".to_owned(), Deferred(vec![1_u8]))]));

    // The third of four is no value: an error, and under Miri no leak.
    let colours = [Colour::Red as u8, Colour::Green as u8, 3, 1];
    let error = read_vec_from::<Colour>(&colours[..], 4).unwrap_err();
    assert_eq!(error.to_string(), "at byte 2: no variant has the tag 3");
    let boxed = raw_serialise::read_box_from::<[Colour; 4]>(&colours[..]).unwrap_err();
    assert_eq!(boxed.to_string(), "at byte 2: no variant has the tag 3");

    // A panic in the middle of writing.
    struct Panics;
    impl Serialise for Panics {
        type Stored = u32;
        fn serialise(&self, _: usize, _: &mut Writer) {
            std::panic::resume_unwind(Box::new(()));
        }
    }
    let panic = std::panic::catch_unwind(|| {
        write_block(&("a text of some length".to_owned(), vec![Panics]), Vec::new()).map(drop)
    });
    assert!(panic.is_err());
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
enum Colour {
    Red = 1,
    Green,
}

/// flatbuffers: a `bool` was read from a byte that was never checked. Here each of its bytes is,
/// wherever it lies.
#[test]
fn a_bool_is_checked() {
    #[derive(Debug, Serialise)]
    struct Holds {
        flags: Vec<bool>,
        last: Option<bool>,
    }
    let value = Holds { flags: vec![true, false, true], last: Some(true) };
    let block = write_block(&value, Vec::new()).unwrap();
    assert_eq!(block[8..], [1, 1, 0, 0, 1, 0, 1]);
    for byte in (0..=255_u8).filter(|byte| !cfg!(miri) || byte.count_ones() < 2) {
        assert_eq!(read_value::<bool>(&[byte]).is_ok(), byte < 2);
        assert_eq!(read_value::<[bool; 2]>(&[0, byte]).is_ok(), byte < 2);
        assert_eq!(raw_serialise::from_bytes::<bool>(&[byte]).is_ok(), byte < 2);
        assert_eq!(raw_serialise::read_from::<bool>(&[byte][..]).is_ok(), byte < 2);
        for at in [9, 12, 13, 14] {
            let mut changed = Aligned::copy(&block);
            changed.bytes()[at] = byte;
            assert_eq!(read_block::<Holds>(changed.bytes()).is_ok(), byte < 2);
        }
    }
    let archive = forged(&value, |section| section[13] = 3);
    let error = archive.get::<Holds>("it").unwrap_err();
    assert!(error.to_string().contains("expected a bool, 0 or 1, and found 3"), "{error}");
}

/// The same for the other types of which not all bytes are values.
#[test]
fn a_char_and_a_number_that_is_not_zero_are_checked() {
    for number in [0xd800, 0xdfff, 0x11_0000, 0x8000_0041, u32::MAX] {
        let reason = Reason::Char(number);
        assert_eq!(refused(&'x', |block| word(block, 0, number)), (0, reason));
        assert_eq!(refused(&vec!['x'; 3], |block| word(block, 12, number)), (12, reason));
        assert_eq!(refused(&Some('x'), |block| word(block, 4, number)), (4, reason));
    }
    let one = NonZero::<u32>::MIN;
    assert_eq!(refused(&[one; 2], |block| word(block, 4, 0)), (4, Reason::Zero));
    let map: BTreeMap<_, _> = [(one, one)].into();
    assert_eq!(refused(&map, |block| word(block, 16, 0)), (16, Reason::Zero));
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Nothing;

/// borsh: any number of values of no size lie in no bytes. They are counted, not walked.
#[test]
fn values_of_no_size_in_an_archive() {
    let value = (vec![Nothing; 3], vec![[0_u64; 0]; 2], [Nothing; 4], Some(Nothing));
    type Value = (Vec<Nothing>, Vec<[u64; 0]>, [Nothing; 4], Option<Nothing>);
    let mut archive = Builder::new().section("it", &value).build().unwrap();
    let (list, numbers, array, option) = archive.get::<Value>("it").unwrap();
    assert_eq!((list.len(), numbers.len(), array.len()), (3, 2, 4));
    assert_eq!(list.iter().count(), 3);
    assert!(list.as_slice() == [Nothing; 3] && option.is_some());
    assert_eq!(numbers.get(1).unwrap().as_slice(), []);
    let edit = |(mut list, mut numbers, ..): <Value as raw_serialise::Root>::Mut<'_>| {
        list.as_mut_slice().fill(Nothing);
        assert_eq!(list.iter_mut().len() + numbers.iter_mut().len(), 5);
        list.get_mut(2).unwrap().set(Nothing);
        assert!(list.get_mut(3).is_none());
    };
    archive.edit::<Value, _>("it", edit).unwrap();

    // Four billion of them.
    let archive = forged(&vec![Nothing; 1], |section| word(section, 4, u32::MAX));
    let view = archive.get::<Vec<Nothing>>("it").unwrap();
    assert_eq!((view.len(), view.as_slice().len()), (u32::MAX as usize, u32::MAX as usize));
    assert_eq!(view.get(u32::MAX as usize), None);
    assert_eq!(view.iter().next_back(), Some(&Nothing));

    // As many as there are numbers.
    let archive = Builder::new().section("it", &[Nothing; 2][..]).build().unwrap();
    let mut file = archive.bytes().to_vec();
    file[in_entry(16)..in_entry(24)].copy_from_slice(&(usize::MAX as u64).to_le_bytes());
    seal(&mut file);
    let archive = Archive::copy(&file).unwrap();
    assert_eq!(archive.get::<[Nothing]>("it").unwrap().len(), usize::MAX);
}

/// Padded in five ways.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Shape {
    Point,
    Byte(u8),
    Wide { at: u32, high: u16 },
    Full(u16, u32, u32),
    Late([Colour; 1], bool, u32),
}

/// rkyv, RUSTSEC-2021-0054, for enums with data: a short variant leaves most of its bytes as they
/// were, and in a value that held a longer one before, that is other data.
#[test]
fn padding_of_an_enum_is_written_as_zero() {
    let mut value = Shape::Full(0xaaaa, 0xbbbb_bbbb, 0xcccc_cccc);
    assert_eq!(size_of_val(&value), 12);
    let mut bytes = [0xee; 12];
    write_value(&value, &mut bytes).unwrap();
    assert!(bytes[2..].iter().all(|&byte| byte > 0xa0));
    value = Shape::Byte(7);
    write_value(&value, &mut bytes).unwrap();
    assert_eq!(bytes[2..], [7, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    value = Shape::Point;
    write_value(&value, &mut bytes).unwrap();
    assert_eq!(bytes, [0; 12]);

    let shapes = vec![Shape::Point, value, Shape::Late([Colour::Red], true, 1), Shape::Byte(1)];
    let block = write_block(&shapes, Vec::new()).unwrap();
    assert_eq!(block[8..32], [0; 24]);
    assert_eq!(block[34..36], [1, 1]);
    assert_eq!(block[40..44], [0; 4]);
    assert_eq!(block[46..], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    // And no other bytes are read as one: nobody hides data there.
    for at in (11..20).chain(40..44).chain(47..56) {
        let (_, reason) = refused(&shapes, |block| block[at] = 5);
        assert_eq!(reason, Reason::Gap(5));
    }
}

/// A padded value that is stored through `&mut` may make the bytes that are its padding
/// uninitialised, and the owner of the buffer reads them. Here it is encoded over the old one, and
/// there is no `&mut` to it.
#[test]
fn a_padded_value_set_in_place_leaves_no_byte_uninitialised() {
    let full = Shape::Full(0xaaaa, 0xbbbb_bbbb, 0xcccc_cccc);
    let mut archive = Builder::new().section("it", &[full; 4][..]).build().unwrap();
    let new = [Shape::Point, Shape::Byte(9), Shape::Wide { at: 1, high: 2 }, full];
    archive
        .edit::<[Shape], _>("it", |mut list| {
            for (mut slot, shape) in list.iter_mut().zip(new) {
                slot.set(shape);
                assert_eq!(slot.get(), shape);
            }
        })
        .unwrap();
    // Under Miri each byte is read, here and for the checksum.
    let expected = Builder::new().section("it", &new[..]).build().unwrap();
    assert_eq!(archive.bytes(), expected.bytes());
    assert_eq!(*archive.get::<[Shape]>("it").unwrap(), new);
}

mod here {
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq, raw_serialise::Plain)]
    pub(super) struct Inner {
        pub(super) x: u32,
    }
    #[derive(Debug, raw_serialise::Serialise)]
    pub(super) struct Moved {
        pub(super) name: String,
        pub(super) inner: Vec<Inner>,
    }
}
mod there {
    pub(super) mod deeper {
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, raw_serialise::Plain)]
        pub(crate) struct Inner {
            pub(crate) x: u32,
        }
    }
    #[derive(Debug, raw_serialise::Serialise)]
    pub(super) struct Moved {
        pub(super) name: String,
        pub(super) inner: Vec<deeper::Inner>,
    }
}
mod renamed {
    #[derive(Debug, raw_serialise::Serialise)]
    pub(super) struct Moved {
        pub(super) title: String,
        pub(super) inner: Vec<super::there::deeper::Inner>,
    }
}

/// A hash of the path of a type makes files unreadable when a module moves, or a crate is renamed.
#[test]
fn a_type_that_moves_to_another_module_is_the_same() {
    let one = here::Moved { name: "a".to_owned(), inner: vec![here::Inner { x: 1 }] };
    let two = there::Moved { name: "a".to_owned(), inner: vec![there::deeper::Inner { x: 1 }] };
    let three =
        renamed::Moved { title: "a".to_owned(), inner: vec![there::deeper::Inner { x: 1 }] };
    let [one, two, three] = [
        Builder::new().section("it", &one).build().unwrap(),
        Builder::new().section("it", &two).build().unwrap(),
        Builder::new().section("it", &three).build().unwrap(),
    ];
    let fingerprint = |archive: &Archive<'_>| archive.sections().next().unwrap().fingerprint();
    assert_eq!(one.bytes(), two.bytes());
    assert_eq!(one.get::<there::Moved>("it").unwrap().inner().get(0).unwrap().x, 1);
    assert_eq!(two.get::<here::Moved>("it").unwrap().name(), "a");

    assert_ne!(fingerprint(&one), fingerprint(&three));
    let error = one.get::<renamed::Moved>("it").unwrap_err().to_string();
    assert!(error.contains("`name`") && error.contains("`title`"), "{error}");
}

/// A safe function that maps a file is unsound: another process can change it. Mapping is `unsafe`
/// here (the docs of `Archive::map` have the example that must not compile), and the safe way is a copy:
/// what becomes of the file, or of the bytes, afterwards does not matter.
#[test]
fn an_archive_that_was_read_is_its_own() {
    let archive = Builder::new().section("it", &"a text of some length").build().unwrap();
    let mut file = archive.bytes().to_vec();
    let read = Archive::read_from(&file[..]).unwrap();
    let copy = Archive::copy(&file).unwrap();
    let (one, two) = (read.get::<String>("it").unwrap(), copy.get::<String>("it").unwrap());
    file.fill(0xff);
    drop(file);
    assert!(one == two && one == "a text of some length");
}

/// Without the checksums, the check of the bytes is the same.
#[test]
fn checksums_are_not_what_makes_it_sound() {
    let value = vec!["a text of some length".to_owned(), "b".to_owned()];
    let archive = forged(&value, |section| section[30] = 0xff);
    let manual = Archive::from_bytes_with(archive.bytes(), Checksums::Manual).unwrap();
    for archive in [&archive, &manual] {
        let error = archive.get::<Vec<String>>("it").unwrap_err();
        assert!(matches!(
            error,
            SectionError::Invalid { invalid: Invalid { at: 24, reason: Reason::Utf8(6), .. }, .. }
        ));
    }
    // Text that has room in its place lies there: there is no second way to write it.
    let text = "123456789".to_owned();
    assert_eq!(
        refused(&text, |block| {
            block[0] = 0x80 | 8;
            block.truncate(16);
        }),
        (0, Reason::Text)
    );
    assert_eq!(refused(&"ab".to_owned(), |block| block[1] = 0xc3), (0, Reason::Utf8(1)));
    let map: BTreeMap<String, u8> = ["a", "b", "c"].map(|key| (key.to_owned(), 1)).into();
    for (at, letter, entry) in [(12, b'b', 1), (12, b'c', 1), (28, b'b', 2), (28, b'a', 2)] {
        let archive = forged(&map, |section| section[at] = letter);
        match archive.get::<BTreeMap<String, u8>>("it") {
            Err(SectionError::Invalid { invalid, .. }) => {
                assert_eq!(invalid.reason, Reason::Order { entry });
            }
            other => panic!("{other:?}"),
        }
    }
}
