//! Data is checked in two ways, by its type and by its schema: both must say the same.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZero;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::check::{Checker, Invalid, MAX_DEPTH};
use crate::heap::{Deferred, Str};
use crate::schema::{ByteOrder, ConvertError, Event, Fault, Schema, Value, Walk, What, convert};
use crate::stored::{Stored, type_of};
use crate::{Checked, Plain, Serialise, Writer};

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig::default()
    }
}

#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct Sixteen([u8; 16]);

/// By its type.
fn by_type<T: Stored>(block: &[u8], count: usize) -> Result<(), Invalid> {
    let mut aligned: Vec<_> = block.chunks(16).map(|_| Sixteen([0; 16])).collect();
    for (to, from) in aligned.iter_mut().zip(block.chunks(16)) {
        to.0[..from.len()].copy_from_slice(from);
    }
    // SAFETY: there are at least as many bytes, and all of them are initialised.
    let block = unsafe { core::slice::from_raw_parts(aligned.as_ptr().cast(), block.len()) };
    // SAFETY: the invariant: it begins at a multiple of 16.
    unsafe { Checker::run::<T>(block, count) }
}

/// Fails unless both say the same.
fn agree<T: Stored>(schema: &Schema, block: &[u8], count: usize) -> bool {
    let walk = || Walk::new(schema, ByteOrder::NATIVE, block, count).without_lazy_parts();
    let found = walk().check().map_err(|error| (error.at, error.fault));
    let expected = by_type::<T>(block, count);
    assert_eq!(found, expected.map_err(|error| (error.at, Fault::Invalid(error.reason))));
    let all = walk().try_for_each(|event| event.map(drop));
    assert_eq!(found, all.map_err(|error| (error.at, error.fault)));
    found.is_ok()
}

/// Where and how a block is changed.
type Change = (usize, u8, u8);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec((any::<usize>(), 0..8_u8, any::<u8>()), 1..4)
}

fn change(block: &mut Vec<u8>, changes: &[Change]) {
    for &(at, kind, new) in changes {
        let at = at % block.len().max(1);
        match (kind, block.get_mut(at)) {
            (0, _) => block.truncate(at),
            (1, _) => block.push(new % 2),
            (2, _) => block.insert(at, new % 2),
            (3, Some(_)) => drop(block.remove(at)),
            (4 | 5, Some(byte)) => *byte ^= 1 << (new % 8),
            (6, Some(byte)) => *byte = byte.wrapping_add(new % 3).wrapping_sub(1),
            (_, Some(byte)) => *byte = new,
            (_, None) => {}
        }
    }
}

fn both<T: Serialise>(values: &[T], changes: &[Change]) {
    let mut block = Writer::block(values, Vec::new()).unwrap();
    let schema = Schema::of_type(type_of::<T::Stored>(), true);
    assert_eq!(Schema::parse(&schema.text()).as_ref(), Ok(&schema));
    assert!(agree::<T::Stored>(&schema, &block, values.len()));
    Walk::new(&schema, ByteOrder::NATIVE, &block, values.len()).check().unwrap();
    let count = values.len();
    let native = ByteOrder::NATIVE;
    assert_eq!(convert(&schema, native, &block, count, &schema, usize::MAX).as_ref(), Ok(&block));
    let mut foreign = swapped(&schema, &block, count);
    let back = convert(&schema, FOREIGN, &foreign, count, &schema, block.len());
    assert_eq!(back.as_ref(), Ok(&block));
    if let Some(less) = block.len().checked_sub(1) {
        let back = convert(&schema, FOREIGN, &foreign, count, &schema, less);
        assert!(matches!(back, Err(ConvertError::Limit { .. })));
    }
    change(&mut block, changes);
    agree::<T::Stored>(&schema, &block, count);
    change(&mut foreign, changes);
    // What is made of whatever it is, is valid.
    if let Ok(block) = convert(&schema, FOREIGN, &foreign, count, &schema, 1 << 20) {
        assert!(agree::<T::Stored>(&schema, &block, count));
    }
}

const FOREIGN: ByteOrder = match ByteOrder::NATIVE {
    ByteOrder::Little => ByteOrder::Big,
    ByteOrder::Big => ByteOrder::Little,
};

/// As a machine of the other byte order would have written it.
fn swapped(schema: &Schema, block: &[u8], count: usize) -> Vec<u8> {
    let mut swapped = block.to_vec();
    for event in Walk::new(schema, ByteOrder::NATIVE, block, count) {
        let Event { own, what, .. } = event.unwrap();
        let (bytes, width) = match what {
            What::Value(Value::Text(_)) => continue,
            What::Text(..) => (own.start + 4..own.end, 4),
            What::Numbers(count) => (own.clone(), own.len() / count),
            What::Pointer(..) => (own, 4),
            _ => (own.clone(), own.len().max(1)),
        };
        swapped[bytes].chunks_mut(width).for_each(<[u8]>::reverse);
    }
    swapped
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Plain)]
struct Version {
    major: u16,
    minor: [u8; 2],
}

/// Not in the order of its tags.
#[repr(i16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Checked)]
enum Kind {
    Folder = 3,
    File(bool, Version) = -2,
    Link { to: u32 },
}

#[derive(Debug, Serialise)]
struct Node {
    kind: Kind,
    name: String,
    under: Vec<Node>,
    more: More,
    by_version: BTreeMap<u16, Kind>,
}

#[derive(Debug, Serialise)]
enum More {
    Nothing,
    Next(Option<Box<Node>>),
    Later { part: Deferred<Vec<Node>>, at: u64 },
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Folder),
        any::<(bool, u16, [u8; 2])>()
            .prop_map(|(is, major, minor)| Kind::File(is, Version { major, minor })),
        any::<u32>().prop_map(|to| Kind::Link { to }),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let map = || btree_map(any::<u16>(), kind(), 0..2);
    let leaf = (kind(), text(), map()).prop_map(|(kind, name, by_version)| Node {
        kind,
        name,
        under: Vec::new(),
        more: More::Nothing,
        by_version,
    });
    let (depth, size) = if cfg!(miri) { (2, 3) } else { (4, 12) };
    leaf.prop_recursive(depth, size, 3, move |inner| {
        let more = prop_oneof![
            inner.clone().prop_map(|node| More::Next(Some(Box::new(node)))),
            (vec(inner.clone(), 0..2), any::<u64>())
                .prop_map(|(part, at)| More::Later { part: Deferred(part), at }),
            Just(()).prop_map(|()| More::Next(None)),
        ];
        (kind(), text(), vec(inner, 0..3), more, map()).prop_map(
            |(kind, name, under, more, by_version)| Node { kind, name, under, more, by_version },
        )
    })
}

/// What chance does not find.
#[test]
fn at_the_edges() {
    let texts = Schema::of_type(type_of::<Str>(), true);
    for length in 7..=10_u8 {
        // A text elsewhere, also if it would have room here.
        let mut block = [0x80 | length, 0, 0, 0, 0, 0, 0, 0].to_vec();
        block[4..].copy_from_slice(&8_u32.to_ne_bytes());
        block.extend((0..length).map(|_| b'a'));
        assert_eq!(agree::<Str>(&texts, &block, 1), length > 8);
    }
    // Lists of what can be any bytes do not count as a level; others do.
    let tree = Schema::of_type(type_of::<Deep>(), true);
    assert_eq!(Schema::parse(&tree.text()).as_ref(), Ok(&tree));
    for boxes in [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1] {
        // Miri is slow: the middle one of three.
        if cfg!(miri) && boxes != MAX_DEPTH {
            continue;
        }
        for (bytes, bools) in [(0, 0), (1, 0), (0, 1)] {
            let mut block = Vec::<u8>::new();
            for left in (0..=boxes).rev() {
                let lists =
                    |count: u32, at: u32| if left > 0 || count == 0 { [0, 0] } else { [at, count] };
                let next = if left > 0 { [1, Deep::SIZE as u32 - 4] } else { [0; 2] };
                let words = [next, lists(bytes, 16), lists(bools, 8)];
                block.extend(words.as_flattened().iter().flat_map(|word| word.to_ne_bytes()));
            }
            block.extend([1].repeat((bytes + bools) as usize));
            // The first byte alone says whether there is a box.
            for at in (0..block.len() - 1).step_by(Deep::SIZE).take(boxes as usize) {
                block[at..at + 4].copy_from_slice(&[1, 0, 0, 0]);
            }
            let valid = boxes < MAX_DEPTH || boxes == MAX_DEPTH && bools == 0;
            assert_eq!(agree::<Deep>(&tree, &block, 1), valid, "{boxes} {bytes} {bools}");
        }
    }
}

/// As it is stored.
type Deep = <Depth as Serialise>::Stored;

#[derive(Debug, Serialise)]
struct Depth {
    next: Option<Box<Depth>>,
    bytes: Vec<u8>,
    bools: Vec<bool>,
}

fn text() -> impl Strategy<Value = String> {
    // Not a regular expression: under Miri it takes longer than the test.
    vec(prop::sample::select(&['a', 'b', 'ö'][..]), 0..12).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn on_plain_data(values in vec(any::<(u8, [u16; 3], i64, f32)>(), 0..4), changes in changes()) {
        both(&values, &changes);
    }

    #[test]
    fn on_what_must_be_checked(
        values in vec(any::<(bool, char, Option<(u8, u32)>, [bool; 2])>(), 0..4),
        zero in vec(1_u16.., 0..3),
        changes in changes(),
    ) {
        both(&values, &changes);
        let zero: Vec<_> = zero.into_iter().filter_map(NonZero::new).collect();
        both(&zero, &changes);
    }

    #[test]
    fn on_texts_and_lists(
        values in vec((text(), vec(vec(any::<u8>(), 0..3), 0..3), vec(text(), 0..3)), 0..4),
        changes in changes(),
    ) {
        both(&values, &changes);
    }

    #[test]
    fn on_maps(
        numbers in btree_map(any::<i16>(), text(), 0..4),
        texts in btree_map((text(), any::<bool>()), vec(text(), 0..2), 0..4),
        options in btree_map(any::<Option<i8>>(), any::<char>(), 0..4),
        changes in changes(),
    ) {
        both(&[(&numbers, &texts, &options)], &changes);
    }

    #[test]
    fn on_boxes_and_lazy_parts(
        values in vec((any::<u8>(), text(), any::<bool>()), 0..4),
        changes in changes(),
    ) {
        type Part = Deferred<(Vec<String>, u8)>;
        type Row = (Box<u8>, Option<Box<(String, bool)>>, Part);
        let boxed: Vec<Row> = values
            .iter()
            .map(|(byte, text, is)| {
                let inner = is.then(|| Box::new((text.clone(), *is)));
                (Box::new(*byte), inner, Deferred(([text.clone()].into(), *byte)))
            })
            .collect();
        both(&boxed, &changes);
    }

    #[test]
    fn on_structs_and_enums(
        nodes in vec(node(), 0..3),
        kinds in vec(kind(), 0..3),
        changes in changes(),
    ) {
        both(&kinds, &changes);
        both(&nodes, &changes);
    }

    #[test]
    fn on_the_order_of_keys(
        kinds in btree_map(kind(), any::<u8>(), 0..6),
        tuples in btree_map((text(), any::<Option<i128>>(), any::<char>()), any::<u8>(), 0..6),
        changes in changes(),
    ) {
        both(&[(kinds, tuples)], &changes);
    }

    #[test]
    fn on_what_has_no_bytes(count in 0..3_usize, some in any::<bool>(), changes in changes()) {
        let none = [[0_u64; 0]; 3];
        let map = BTreeMap::from([([true; 0].len() as u8, none)]);
        both(&[(none[..count].to_vec(), some.then_some([false; 0]), map, [Vec::from([[true; 0]]); 1])], &changes);
        both(&none[..count], &changes);
    }
}
