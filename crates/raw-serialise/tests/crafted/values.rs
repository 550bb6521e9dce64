//! A good block of each type, for every target that takes blocks; and single values.

use std::collections::BTreeMap;
use std::num::NonZero;

use raw_serialise::Serialise;
use raw_serialise::heap::Deferred;
use raw_serialise::schema::ByteOrder;

use super::super::targets::{
    Chain, Colour, Deep, Everything, Flags, Keys, Kind, Log, More, Node, Nothing, Pairs, SUBJECTS,
    Sparse, Version,
};
use super::{Add, block, choice, swapped};

pub(super) const FLAGS: Flags =
    Flags { on: true, colour: Colour::Blue, letter: *b"ab", symbol: 'ß', id: NonZero::<u32>::MIN };

pub(super) const FILE: Kind = Kind::File(true, Version { major: 0x102, minor: [3, 4] });

pub(super) fn texts() -> Vec<String> {
    ["", "short", "12345678", "nine or more", "Straße 10", "日本語"].map(String::from).into()
}

/// Two texts that do not fit into their places: a list at 0, the texts at 8 and 16, their bytes at 24
/// and 34.
pub(super) fn two_texts() -> Vec<String> {
    ["0123456789", "abcdefghijkl"].map(String::from).into()
}

pub(super) fn pairs() -> Pairs {
    let pairs = [("a", vec![]), ("a longer key", vec![(1, 2)]), ("b", vec![(3, 4), (5, 6)])];
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

pub(super) fn node() -> Node {
    let leaf = |name: &str| Node {
        kind: Kind::Folder,
        name: name.to_owned(),
        under: vec![],
        more: More::Nothing,
        by_version: BTreeMap::new(),
    };
    let boxed = Node { more: More::Next(Some(Box::new(leaf("boxed")))), ..leaf("x") };
    let part = Deferred(vec![leaf("in a part of its own")]);
    Node {
        kind: FILE,
        name: "the root of it all".to_owned(),
        under: vec![boxed, leaf("y")],
        more: More::Later { part, at: u64::MAX },
        by_version: [(1, Kind::Folder), (7, FILE), (9, Kind::Link { to: 5 })].into(),
    }
}

/// So many boxes in one another.
pub(super) fn chain(depth: usize) -> Chain {
    let wrap = |next, _| Chain { next: Some(Box::new(next)) };
    (0..depth).fold(Chain { next: None }, wrap)
}

pub(super) fn deep() -> Deep {
    let leaf = || Deep { parts: vec![], is: true };
    let middle = Deep { parts: vec![Deferred(leaf())], is: false };
    Deep { parts: vec![Deferred(middle), Deferred(leaf())], is: true }
}

pub(super) fn log() -> Log {
    Log {
        level: 3,
        text: "something happened".to_owned(),
        flags: FLAGS,
        count: 12,
        tags: texts(),
        at: Some(99),
        other: ("x".to_owned(), [String::new(), "and more of it".to_owned()]),
    }
}

pub(super) fn nothing() -> Nothing {
    (vec![[]; 3], Some([]), [(4, []), (5, [])].into(), vec![[]; 2])
}

pub(super) fn everything() -> Everything {
    let boxed = Some(Box::new("in a box".to_owned()));
    (
        Some(Box::new(u64::MAX)),
        [vec![1, 2, 3], vec![]],
        (NonZero::<i8>::MIN, Some((true, 515)), [(1, 2), (3, 4)]),
        vec![None, boxed, Some(Box::new("and a longer one".to_owned()))],
    )
}

pub(super) fn sparse() -> Sparse {
    vec![Deferred((two_texts(), Some(Deferred(1 << 99)))), Deferred((vec![], None))]
}

pub(super) fn add(add: &mut Add<'_>) {
    good(add, "kind", "kind-folder", &Kind::Folder);
    good(add, "kind", "kind-file", &FILE);
    good(add, "kind", "kind-link", &Kind::Link { to: 0x0102_0304 });
    good(add, "flags", "flags", &FLAGS);
    good(add, "text", "text-empty", &"");
    good(add, "text", "text-short", &"12345678");
    good(add, "text", "text-long", &"Straße 日本語 \u{10ffff}");
    good(add, "texts", "texts", &texts());
    good(add, "lists", "lists", &vec![vec![vec![1_u16, 2], vec![]], vec![], vec![vec![3]]]);
    good(add, "pairs", "pairs", &pairs());
    let keys: Keys = (
        [(FILE, true), (Kind::Link { to: 5 }, false), (Kind::Folder, true)].into(),
        [
            (("a longer key".to_owned(), None, 'a'), vec!['b', 'c']),
            (("a longer key".to_owned(), Some(-1), 'a'), vec![]),
        ]
        .into(),
    );
    good(add, "keys", "keys", &keys);
    good(add, "everything", "everything", &everything());
    good(add, "nothing", "nothing", &nothing());
    good(add, "node", "node", &node());
    good(add, "chain", "chain", &chain(3));
    good(add, "deep", "deep", &deep());
    good(add, "log", "log", &log());
    good(add, "sparse", "sparse", &sparse());

    for (kind, name, bytes) in [
        (0, "bool", &[1][..]),
        (0, "bool-2", &[2]),
        (0, "bools", &[0, 1, 1]),
        (0, "bools-bad", &[0, 1, 3]),
        (1, "char", &u32::from('ß').to_ne_bytes()),
        (1, "char-surrogate", &0xd800_u32.to_ne_bytes()),
        (1, "char-beyond", &0x11_0000_u32.to_ne_bytes()),
        (2, "nonzero", &[0, 1, 0, 0]),
        (2, "nonzero-0", &[0; 4]),
        (3, "colour", &[7]),
        (3, "colour-bad", &[3]),
        (4, "flags", &block(&FLAGS)),
        (4, "flags-twice", &block(&[FLAGS; 2])),
        (4, "flags-cut", &block(&FLAGS)[..11]),
        (5, "kind", &block(&FILE)),
        (5, "kind-gap", &[3, 0, 1, 0, 0, 0, 0, 0]),
        (5, "kind-gap-of-big-endian", &[0, 3, 1, 0, 0, 0, 0, 0]),
        (6, "nonzeros", &[1, 0, 0, 1, 1, 1]),
        (6, "nonzeros-0", &[1, 0, 0, 0, 1, 1]),
        (7, "kinds", &block(&[FILE, Kind::Folder])),
        (8, "version", &[1, 2, 3, 4]),
        (8, "version-5-bytes", &[1, 2, 3, 4, 5]),
        (9, "u128", &[9; 16]),
        (10, "no-bytes", &[]),
        (10, "no-bytes-and-one", &[1]),
        (11, "colours", &[1, 2, 7, 1]),
        (11, "colours-bad", &[1, 2, 7, 0]),
    ] {
        // Two values are asked for, three bytes behind an alignment.
        add("plain", name, [&[kind, 0x23], bytes].concat());
    }
}

/// A block for all that take blocks.
fn good(add: &mut Add<'_>, subject: &str, name: &str, value: &impl Serialise) {
    let (choice, block) = (choice(subject), block(value));
    let schema = SUBJECTS[usize::from(choice)].schema();
    let (native, foreign) = match ByteOrder::NATIVE {
        ByteOrder::Little => (2, 3),
        ByteOrder::Big => (3, 2),
    };
    add("validate", name, [&[choice], &block[..]].concat());
    add("edit", name, [&[choice, 3, 7, 0x81, 0xff], &block[..]].concat());
    add("convert", name, [&[choice, native, 0], &block[..]].concat());
    let swapped = swapped(schema, &block);
    add("convert", &format!("{name}-foreign"), [&[choice, foreign, 0], &swapped[..]].concat());
}
