//! Safe code that means ill: implementations and files that no honest program would make. None gets to
//! undefined behaviour; what they do to themselves is an error.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use raw_serialise::heap::{Boxed, Deferred, Lazy, List, ListMut, ListRef, Map, Maybe, Str};
use raw_serialise::{
    Archive, Builder, Checked, NoPadding, Root, Serialise, WriteError, Writer, read_block,
    write_block,
};

/// A list that says of itself what it likes.
struct Lie {
    distance: u32,
    count: u32,
}

impl Lie {
    fn write(&self, at: usize, writer: &mut Writer) {
        writer.put(at, &self.distance.to_ne_bytes());
        writer.put(at + 4, &self.count.to_ne_bytes());
    }
}

/// An array that would have 2^63 bytes. A type that is only stored has no values, and so the compiler does
/// not mind. Twice 2^63 are 2^64, which was taken for none.
#[cfg(target_pointer_width = "64")]
#[test]
fn elements_whose_size_overflows() {
    struct Giants(Lie);

    impl Serialise for Giants {
        type Stored = List<[Str; 1 << 60]>;

        fn serialise(&self, at: usize, writer: &mut Writer) {
            self.0.write(at, writer);
        }
    }

    for count in [1, 2, 4, u32::MAX] {
        let giants = Giants(Lie { distance: 8, count });
        let file = Builder::new().section("giants", &giants).build().unwrap();
        assert!(file.get::<Giants>("giants").is_err());
        let schema = raw_serialise::schema::Schema::of_type(
            raw_serialise::stored::type_of::<<Giants as Serialise>::Stored>(),
            false,
        );
        let bytes = file.sections().next().unwrap().bytes();
        let walk = raw_serialise::schema::Walk::new(
            &schema,
            raw_serialise::schema::ByteOrder::NATIVE,
            bytes,
            1,
        );
        assert!(walk.check().is_err());
    }
}

/// Bytes of all kinds under types of all kinds: whatever is accepted can be shown and read.
#[test]
fn implementations_that_write_garbage() {
    struct Garbage<'g, S>(&'g [u8], std::marker::PhantomData<S>);

    impl<S: raw_serialise::stored::Stored> Serialise for Garbage<'_, S> {
        type Stored = S;

        fn serialise(&self, at: usize, writer: &mut Writer) {
            let (own, more) = self.0.split_at(S::SIZE.min(self.0.len()));
            writer.put(at, own);
            writer.append_values(more);
        }
    }

    #[repr(C, align(16))]
    struct Aligned([u8; 128]);

    fn with<S: raw_serialise::stored::Stored>(bytes: &[u8]) -> bool {
        let garbage = Garbage::<S>(bytes, std::marker::PhantomData);
        let block = write_block(&garbage, Vec::new()).unwrap();
        let mut file = Builder::new().section("it", &garbage).build().unwrap();
        assert_eq!(file.sections().next().unwrap().bytes(), block);
        let shown = file.get::<Garbage<'_, S>>("it").ok().map(|it| format!("{it:?}"));
        let edited = file.edit::<Garbage<'_, S>, _>("it", |it| format!("{it:?}"));
        assert_eq!(shown, edited.ok());
        let mut memory = Aligned([0; 128]);
        let memory = &mut memory.0[..block.len()];
        memory.copy_from_slice(&block);
        let read = read_block::<Garbage<'_, S>>(memory);
        assert_eq!(shown, read.ok().map(|it| format!("{it:?}")));
        shown.is_some()
    }

    let mut accepted = 0;
    let words = [0_u32, 1, 4, 8, 12, 16, 0x8000_0000, u32::MAX, 0x89, 0xffff_ff61];
    // Miri is slow: a prime, so that all words are seen in all places.
    for number in (0..1000).step_by(if cfg!(miri) { 499 } else { 1 }) {
        let (a, b, c) = (words[number / 100], words[number / 10 % 10], words[number % 10]);
        let bytes: Vec<_> = [a, b, c, 1, 2].into_iter().flat_map(u32::to_ne_bytes).collect();
        accepted += u32::from(with::<List<u32>>(&bytes));
        accepted += u32::from(with::<List<bool>>(&bytes));
        accepted += u32::from(with::<Map<u32, bool>>(&bytes));
        accepted += u32::from(with::<(Str, u32)>(&bytes[..12]));
        accepted += u32::from(with::<Boxed<List<u8>>>(&bytes));
        accepted += u32::from(with::<Maybe<char>>(&bytes[..8]));
        accepted += u32::from(with::<Lazy<Str>>(&bytes));
        accepted += u32::from(with::<[Str; 2]>(&bytes[..16]));
    }
    assert!(accepted > 0);
}

/// The writer's methods, out of order, and on another writer: an error, or a block that is refused.
#[test]
fn implementations_that_misuse_the_writer() {
    struct Misuse(u8);

    impl Serialise for Misuse {
        type Stored = List<u32>;

        fn serialise(&self, at: usize, writer: &mut Writer) {
            match self.0 {
                0 => writer.put(usize::MAX, &[1]),
                1 => writer.put(usize::MAX - 3, &[1; 8]),
                2 => writer.put_value(usize::MAX, &1_u64),
                3 => writer.put_text(usize::MAX, "longer than eight bytes"),
                4 => {
                    writer.reserve::<u128>(usize::MAX);
                }
                5 => {
                    writer.reserve::<u128>(usize::MAX / 16);
                }
                6 => *writer = Writer::default(),
                7 => {
                    std::mem::take(writer).put(at, &[1]);
                }
                8 => {
                    writer.reserve::<u8>(usize::MAX);
                }
                9 => vec![1_u32; 3].serialise(usize::MAX - 64, writer),
                _ => writer.fail(WriteError::Depth),
            }
        }
    }

    for number in 0..11 {
        let block = write_block(&Misuse(number), Vec::new());
        assert!(block.is_err() || matches!(number, 6 | 7), "{number}");
        let nested = vec![vec![Misuse(number)], vec![Misuse(number)]];
        if let Ok(file) = Builder::new().section("it", &nested).build() {
            assert!(file.get::<Vec<Vec<Misuse>>>("it").is_err(), "{number}");
        }
        let lazy = Deferred(vec![Box::new(Misuse(number))]);
        if let Ok(file) = Builder::new().section("it", &lazy).build() {
            let view = file.get::<Deferred<Vec<Box<Misuse>>>>("it");
            assert!(view.is_err() || view.unwrap().get().is_err(), "{number}");
        }
    }
}

/// Keys whose order is a lie, and which use the archive while it checks them.
#[test]
fn keys_that_lie() {
    thread_local! {
        static CALLS: Cell<u32> = const { Cell::new(0) };
        static PANIC: Cell<bool> = const { Cell::new(false) };
    }

    #[repr(u8)]
    #[derive(Clone, Copy, Checked)]
    enum Key {
        A(bool),
        B,
    }

    impl fmt::Debug for Key {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("?")
        }
    }

    impl PartialEq for Key {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }

    impl Eq for Key {}

    impl PartialOrd for Key {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Key {
        fn cmp(&self, _: &Self) -> std::cmp::Ordering {
            assert!(!PANIC.get(), "as it was told to");
            CALLS.set(CALLS.get() + 1);
            if CALLS.get().is_multiple_of(3) {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Less
            }
        }
    }

    type It = BTreeMap<Key, u32>;

    CALLS.set(100);
    let mut map = It::new();
    for (key, value) in [(Key::A(true), 1), (Key::B, 2), (Key::A(false), 3)] {
        map.insert(key, value);
    }
    let mut file = Builder::new().section("map", &map).build().unwrap();
    for calls in 0..6 {
        CALLS.set(calls);
        if let Ok(view) = file.get::<It>("map") {
            let _ = (format!("{view:?}"), view.get(&Key::B));
        }
        CALLS.set(calls);
        let edited = file.edit::<It, _>("map", |mut map| {
            if let Some(mut value) = map.get_mut(&Key::B) {
                *value += 1;
            }
            map.values_mut().as_mut_slice().fill(7);
            format!("{map:?}")
        });
        let _ = edited;
    }
    let copy = Archive::copy(file.bytes()).unwrap();
    PANIC.set(true);
    let failed =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| copy.get::<It>("map").is_ok()));
    assert!(failed.is_err());
    PANIC.set(false);
    CALLS.set(0);
    let _ = copy.get::<It>("map");
}

/// A root of a type without a size of its own, which says of itself what it likes.
#[test]
fn roots_of_local_types() {
    trait Face {}

    impl Root for dyn Face {
        type Element = String;
        const MANY: bool = false;
        type Ref<'a> = (ListRef<'a, Str>, Option<&'a str>);
        type Mut<'a> = ListMut<'a, Str>;

        fn elements(&self) -> &[String] {
            &[]
        }

        fn view(list: ListRef<'_, Str>) -> Option<Self::Ref<'_>> {
            Some((list, list.get(3)))
        }

        fn view_mut(_: ListMut<'_, Str>) -> Option<Self::Mut<'_>> {
            None
        }
    }

    struct Body;
    impl Face for Body {}

    let face: &dyn Face = &Body;
    let mut file = Builder::new().section("face", face).build().unwrap();
    assert!(file.get::<dyn Face>("face").unwrap().0.is_empty());
    assert!(file.edit::<dyn Face, _>("face", |_| ()).is_err());
    // A file with no value of it, and one that wants one.
    assert!(file.get::<String>("face").is_err());
    assert!(file.open::<String>("face").is_err());
    assert!(file.edit::<String, _>("face", |_| ()).is_err());
    assert!(file.get::<dyn Face>("face").is_ok());
}

/// The same bytes as several types of one layout, changed in between.
#[test]
fn one_section_as_several_types() {
    mod first {
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, raw_serialise::Plain)]
        pub(crate) struct It {
            pub(crate) byte: u8,
        }
    }
    mod second {
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, raw_serialise::Checked)]
        pub(crate) struct It {
            pub(crate) byte: u8,
        }
    }
    let mut file = Builder::new().section("it", &[first::It { byte: 1 }; 3][..]).build().unwrap();
    for byte in [0, 7, 255] {
        assert_eq!(file.get::<[second::It]>("it").unwrap().len(), 3);
        file.edit::<[first::It], _>("it", |mut it| it.as_mut_slice()[1].byte = byte).unwrap();
        assert_eq!(file.get::<[second::It]>("it").unwrap()[1].byte, byte);
        file.edit::<[second::It], _>("it", |mut it| {
            it.get_mut(1).unwrap().set(second::It { byte: !byte });
        })
        .unwrap();
        assert_eq!(file.get::<[first::It]>("it").unwrap()[1].byte, !byte);
        assert!(file.get::<first::It>("it").is_err());
        assert!(file.get::<[u8]>("it").is_err());
    }
}

/// All views of an edit at once, as far as they can be had at once.
#[test]
fn views_that_might_overlap() {
    #[derive(Serialise)]
    struct All {
        numbers: Vec<u32>,
        names: Vec<String>,
        map: BTreeMap<u16, Option<Box<Tree>>>,
        pair: (u8, Option<u32>),
        array: [Tree; 2],
        key: Option<Key>,
    }

    #[derive(Serialise)]
    enum Tree {
        Leaf { value: u64, flag: bool },
        Branch(Box<Tree>, Box<Tree>, u8),
    }

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
    struct Key {
        flag: bool,
        sign: i8,
    }

    fn leaf(value: u64) -> Tree {
        Tree::Leaf { value, flag: value.is_multiple_of(2) }
    }

    fn change(tree: TreeMut<'_>, found: &mut Vec<u64>) {
        match tree {
            TreeMut::Leaf { mut value, mut flag } => {
                (*value, *flag) = (*value + 1, !*flag);
                let (value, flag) = (value.into_ref(), flag.into_ref());
                found.push(*value + u64::from(*flag));
            }
            TreeMut::Branch(mut left, right, mut number) => {
                change(left.reborrow().view_mut(), found);
                let _ = format!("{:?}", left.shared().view());
                change(left.view_mut(), found);
                *number += 1;
                change(right.view_mut(), found);
                *number += 1;
            }
        }
    }

    let all = All {
        numbers: vec![1, 2, 3],
        names: vec!["short".into(), "and one that is longer".into()],
        map: BTreeMap::from([
            (1, None),
            (2, Some(Box::new(leaf(1)))),
            (3, Some(Box::new(Tree::Branch(Box::new(leaf(2)), Box::new(leaf(3)), 250)))),
        ]),
        pair: (1, Some(2)),
        array: [leaf(8), Tree::Branch(Box::new(leaf(9)), Box::new(leaf(10)), 0)],
        key: Some(Key { flag: true, sign: -1 }),
    };
    let mut file = Builder::new().section("all", &all).build().unwrap();
    let found = file
        .edit::<All, _>("all", |mut all| {
            let mut found = Vec::new();
            let mut numbers = all.numbers();
            let mut slots: Vec<_> = numbers.iter_mut().collect();
            for index in [2, 0, 1] {
                let (front, back) = slots.split_at_mut(index);
                *back[0] += front.iter().map(|it| **it).sum::<u32>();
            }
            let numbers: Vec<&u32> = slots.into_iter().map(|it| it.into_ref()).collect();
            found.extend(numbers.into_iter().map(|&it| u64::from(it)));
            {
                let mut names = all.names();
                let names: Vec<&str> = names.iter_mut().collect();
                found.push(names.concat().len() as u64);
            }
            {
                let mut map = all.map();
                let mut values = map.values_mut();
                let views: Vec<_> = values.iter_mut().collect();
                views.into_iter().flatten().for_each(|tree| change(tree, &mut found));
                let _ = format!("{:?} {:?}", values.as_ref(), values);
                if let Some(Some(tree)) = map.get_mut(3) {
                    change(tree, &mut found);
                }
                let keys: Vec<u16> = map.as_ref().keys().to_vec();
                assert_eq!(keys, [1, 2, 3]);
            }
            let (mut one, two) = all.pair();
            if let Some(mut two) = two {
                *two = u32::from(*one);
                *one = *two as u8 + 1;
            }
            all.array().iter_mut().for_each(|tree| change(tree, &mut found));
            if let Some(mut key) = all.key() {
                key.flag = !key.flag;
                *key = Key { sign: key.sign + 1, ..*key };
                key.set(Key { sign: key.sign + 1, ..*key });
            }
            let view = all.as_ref();
            let _ = format!("{view:?}");
            found.push(u64::from(view.pair().0));
            found
        })
        .unwrap();
    assert_eq!(found.len(), 16);
    file.verify().unwrap();
    let copy = Archive::copy(file.bytes()).unwrap();
    let view = copy.get::<All>("all").unwrap();
    assert_eq!(view.key(), Some(&Key { flag: false, sign: 1 }));
    assert_eq!(view.numbers().as_slice(), [1, 3, 6]);
}

/// Values that need a change to stop in the middle: what is there then is a value, and its checksum true.
#[test]
fn an_edit_that_panics() {
    #[repr(u8)]
    #[derive(Clone, Copy, Debug, PartialEq, Checked)]
    enum Padded {
        Small(bool) = 250,
        Large(std::num::NonZero<u32>) = 9,
    }
    const LARGE: Padded = Padded::Large(std::num::NonZero::<u32>::MAX);

    let mut file =
        Builder::new().section("it", &vec![(Padded::Small(true), 1_u8); 2]).build().unwrap();
    let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        file.edit::<Vec<(Padded, u8)>, ()>("it", |mut it| {
            it.get_mut(1).unwrap().0.set(LARGE);
            it.get_mut(1).unwrap().0.set(Padded::Small(false));
            it.get_mut(0).unwrap().0.set(LARGE);
            panic!("as it was told to")
        })
    }));
    assert!(panics.is_err());
    file.verify().unwrap();
    let copy = Archive::copy(file.bytes()).unwrap();
    for file in [&file, &copy] {
        let view = file.get::<Vec<(Padded, u8)>>("it").unwrap();
        assert_eq!(view.get(0), Some((&LARGE, 1)));
        assert_eq!(view.get(1), Some((&Padded::Small(false), 1)));
    }
}

/// Names of the user's that are also the library's and the derives'.
#[allow(non_camel_case_types, non_snake_case, dead_code, missing_docs)]
#[test]
fn shadowed_names() {
    mod inner {
        pub(super) struct Option;
        pub(super) struct Result;
        pub(super) struct usize;
        pub(super) struct bool;
        pub(super) struct u8;
        pub(super) struct Self_;
        pub(super) mod core {}
        pub(super) mod std {}
        pub(super) trait Copy {}
        pub(super) fn Ok() {}
        pub(super) fn Err() {}
        pub(super) fn Some() {}
        pub(super) type Byte = ::core::primitive::u8;
        pub(super) const N: ::core::primitive::usize = 1 + 1;

        #[repr(C)]
        #[derive(Clone, Debug, raw_serialise::Plain)]
        pub(super) struct P {
            pub(super) bytes: [Byte; N],
            pub(super) at: [Byte; N + 1],
            pub(super) checker: Byte,
            pub(super) r#value: <Byte as Same>::Same,
        }

        impl ::core::marker::Copy for P {}

        pub(super) trait Same {
            type Same;
        }

        impl<T> Same for T {
            type Same = T;
        }

        #[repr(i8)]
        #[derive(Clone, Debug, raw_serialise::Checked, raw_serialise::NoPadding)]
        pub(super) enum E {
            tag(::core::primitive::bool) = -128,
            other { bytes: ::core::primitive::i8 } = i8_(127),
        }

        impl ::core::marker::Copy for E {}

        const fn i8_(it: ::core::primitive::i8) -> ::core::primitive::i8 {
            it
        }

        #[derive(raw_serialise::Serialise)]
        pub(super) struct S {
            pub(super) view: P,
            pub(super) check: E,
            pub(super) fmt: ::std::string::String,
            pub(super) part: (Byte, ::core::option::Option<E>),
            pub(super) shared: ::std::vec::Vec<S>,
        }
    }
    let new = |shared| inner::S {
        view: inner::P { bytes: [1, 2], at: [3; 3], checker: 4, value: 5 },
        check: inner::E::other { bytes: -5 },
        fmt: "a text that is long".into(),
        part: (6, Some(inner::E::tag(true))),
        shared,
    };
    let file = Builder::new().section("it", &new(vec![new(Vec::new())])).build().unwrap();
    let view = file.get::<inner::S>("it").unwrap();
    assert_eq!(view.view().value, 5);
    assert_eq!(raw_serialise::as_bytes(&inner::E::other { bytes: 1 }), [127, 1]);
    assert!(raw_serialise::read_value::<inner::E>(&[127, 200]).is_ok());
    assert!(raw_serialise::read_value::<inner::E>(&[128, 2]).is_err());
    assert!(raw_serialise::read_value::<inner::E>(&[0, 0]).is_err());
    assert_eq!(view.shared().get(0).unwrap().fmt(), "a text that is long");
}

/// Tags at the ends of their types, parts without bytes, and enums within arrays within structs.
#[test]
fn enums_at_their_limits() {
    #[repr(i64)]
    #[derive(Clone, Copy, Debug, PartialEq, Checked)]
    enum Wide {
        Low([u64; 0]) = i64::MIN,
        High(bool, [bool; 7], [bool; 0]) = i64::MAX,
    }

    #[repr(u64)]
    #[derive(Clone, Copy, Debug, PartialEq, Checked)]
    enum Top {
        Last = u64::MAX,
    }

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq, Checked)]
    struct Many {
        wide: [[Wide; 2]; 2],
        none: [Top; 0],
        top: Top,
    }

    impl PartialEq<()> for Many {
        fn eq(&self, (): &()) -> bool {
            false
        }
    }

    let many = Many {
        wide: [
            [Wide::Low([]), Wide::High(true, [false; 7], [])],
            [Wide::High(false, [true; 7], []), Wide::Low([])],
        ],
        none: [],
        top: Top::Last,
    };
    let mut bytes = [0xee; size_of::<Many>()];
    raw_serialise::write_value(&many, &mut bytes).unwrap();
    assert_eq!(raw_serialise::read_value(&bytes), Ok(many));
    for at in 0..bytes.len() {
        for flip in if cfg!(miri) { [0xff].iter() } else { [1, 0x80, 0xff].iter() } {
            bytes[at] ^= flip;
            if let Ok(it) = raw_serialise::read_value::<Many>(&bytes) {
                let mut again = [0xee; size_of::<Many>()];
                raw_serialise::write_value(&it, &mut again).unwrap();
                assert_eq!(again, bytes);
            }
            bytes[at] ^= flip;
        }
    }
    let file = Builder::new().section("it", &[many; 3][..]).build().unwrap();
    assert_eq!(file.get::<[Many]>("it").unwrap()[2], many);
}

/// Deferred parts in one another: each is checked by itself, and so nothing was too deep to be written, but
/// for the stack. Here a part holds itself.
#[cfg_attr(miri, ignore = "a thousand calls deep, which takes long and shows no more")]
#[test]
fn a_part_within_itself() {
    struct Again;

    impl Serialise for Again {
        type Stored = Lazy<Str>;

        fn serialise(&self, at: usize, writer: &mut Writer) {
            static INSIDE: Deferred<Inside> = Deferred(Inside);
            INSIDE.serialise(at, writer);
        }
    }

    struct Inside;

    impl Serialise for Inside {
        type Stored = Str;

        fn serialise(&self, at: usize, writer: &mut Writer) {
            Again.serialise(at, writer);
        }
    }

    assert_eq!(write_block(&Again, Vec::new()), Err(WriteError::Depth));
}

/// Sizes of which each is allowed, and whose sum is none that 32 bits can say.
#[test]
fn a_tuple_whose_size_overflows() {
    let half = "[u8; 2147483648]";
    let text = format!("raw-serialise schema 1\nroot ({half}, {half})\n");
    let error = raw_serialise::schema::Schema::parse(&text).unwrap_err().to_string();
    assert!(error.starts_with("line 2: expected at most 2147483648 bytes"), "{error}");
}
