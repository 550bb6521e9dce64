//! What the derives accept, and what comes of it.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use raw_serialise::stored::Stored;
use raw_serialise::{
    Checked, Error, NoPadding, Plain, as_bytes, from_bytes, from_bytes_mut, read_value, write_value,
};

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Reading {
    at: u64,
    celsius: f32,
    station: u16,
    r#type: [u8; 2],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Pair(u32, [u16; 2]);

#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Wrapped(Reading);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Unit;

#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Aligned([u64; 2]);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
struct Flags {
    on: bool,
    colour: Colour,
    letter: [u8; 2],
    symbol: char,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
enum Colour {
    Red = 1,
    Green,
    Blue = 7,
}

#[repr(i16)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Shape {
    Empty = -3,
    Square(u16),
    Box { wide: u32, high: u16 } = 500,
    Flag(bool, [Colour; 2]),
}

/// A `u64` at the same place on every target, also where it is aligned to four bytes.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Timed {
    Never,
    At { _pad: [u8; 7], at: u64, reading: Reading },
}

#[test]
fn an_enum_has_the_same_layout_on_every_target() {
    let reading = Reading { at: 1, celsius: 2.5, station: 3, r#type: [4, 5] };
    let bytes = round_trip(Timed::At { _pad: [0; 7], at: 9, reading });
    assert_eq!((bytes.len(), Timed::ALIGN), (32, 8));
    assert_eq!(bytes[8..16], 9_u64.to_ne_bytes());
    assert_eq!(bytes[16..], *as_bytes(&reading));
    assert_eq!(round_trip(Timed::Never), [0; 32]);
}

#[test]
fn plain_structs_are_their_bytes() {
    let reading = Reading { at: 1, celsius: 2.5, station: 3, r#type: [4, 5] };
    assert_eq!(from_bytes::<Reading>(as_bytes(&reading)), Ok(&reading));
    assert_eq!(read_value::<Wrapped>(as_bytes(&reading)), Ok(Wrapped(reading)));
    let mut pair = Pair(1, [2, 3]);
    from_bytes_mut::<Pair>(raw_serialise::as_bytes_mut(&mut pair)).unwrap().1[0] = 9;
    assert_eq!(pair, Pair(1, [9, 3]));
    assert_eq!(read_value::<Unit>(&[]), Ok(Unit));
    assert_eq!(as_bytes(&Aligned([1, 2])).len(), 16);
}

fn round_trip<T: Checked + PartialEq>(value: T) -> Vec<u8> {
    let mut bytes = vec![0xee; size_of::<T>()];
    write_value(&value, &mut bytes).unwrap();
    assert_eq!(read_value::<T>(&bytes), Ok(value));
    bytes
}

fn refused<T: Checked>(bytes: &[u8]) -> String {
    read_value::<T>(bytes).unwrap_err().to_string()
}

#[test]
fn checked_structs_are_checked() {
    let flags = Flags { on: true, colour: Colour::Blue, letter: *b"ab", symbol: 'é' };
    let mut bytes = round_trip(flags);
    assert_eq!(bytes, as_bytes(&flags));
    bytes[1] = 3;
    assert_eq!(
        refused::<Flags>(&bytes),
        "at byte 1, field `colour` of `Flags`: no variant has the tag 3"
    );
    assert!(matches!(read_value::<Flags>(&bytes[1..]), Err(Error::Size { .. })));
}

#[test]
fn enums_with_data_are_checked() {
    assert_eq!(round_trip(Shape::Empty)[..2], (-3_i16).to_ne_bytes());
    round_trip(Shape::Square(7));
    let bytes = round_trip(Shape::Box { wide: 8, high: 9 });
    assert_eq!(bytes.len(), 12);
    assert_eq!(bytes[2..4], [0; 2]);
    assert_eq!(bytes[10..], [0; 2]);
    let flag = round_trip(Shape::Flag(true, [Colour::Red, Colour::Green]));
    assert_eq!(flag[..2], 501_i16.to_ne_bytes());

    for (at, message) in [
        (2, "at byte 2, field `0` of `Shape::Flag`: expected a bool, 0 or 1, and found 238"),
        (4, "at byte 4, field `1` of `Shape::Flag`: no variant has the tag 238"),
        (5, "at byte 5: expected a zero between values and found 0xee"),
        (11, "at byte 11: expected a zero between values and found 0xee"),
    ] {
        let mut flag = flag.clone();
        flag[at] = 0xee;
        assert_eq!(refused::<Shape>(&flag), message);
    }
    for at in [2, 3, 10, 11] {
        let mut bytes = bytes.clone();
        bytes[at] = 1;
        assert!(refused::<Shape>(&bytes).contains("between values"));
    }
}

#[cfg(feature = "alloc")]
mod heap {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use raw_serialise::stored::Stored;
    use raw_serialise::{
        Archive, Builder, Checked, Error, Plain, Serialise, bytes_of_slice_mut, read_block,
        write_block,
    };

    use super::{Colour, Reading, Shape};

    #[repr(C, align(16))]
    #[derive(Clone, Copy, Debug, Plain)]
    struct Sixteen([u8; 16]);

    type Found<'a, T> = Result<<<T as Serialise>::Stored as Stored>::Ref<'a>, Error>;

    /// Writes a value, changes the bytes, and reads them.
    fn with_block<T: Serialise>(
        value: &T,
        change: impl FnOnce(&mut [u8]),
        read: impl FnOnce(Found<'_, T>),
    ) {
        let block = write_block(value, Vec::new()).unwrap();
        let mut memory = vec![Sixteen([0; 16]); block.len().div_ceil(16)];
        let bytes = &mut bytes_of_slice_mut(&mut memory)[..block.len()];
        bytes.copy_from_slice(&block);
        change(bytes);
        read(read_block::<T>(bytes));
    }

    fn archive<T: Serialise>(value: &T) -> Archive<'static> {
        let archive = Builder::new().section("it", value).build().unwrap();
        let copy = Archive::copy(archive.bytes()).unwrap();
        copy.verify().unwrap();
        copy
    }

    /// A log.
    #[derive(Debug, Default, Serialise)]
    pub(crate) struct Log<'a> {
        pub(crate) level: u8,
        /// What happened.
        pub(crate) text: &'a str,
        pub(crate) tags: Vec<Cow<'a, str>>,
        pub(crate) at: u64,
        #[raw(default = 7, name = "how_often")]
        pub(crate) r#type: u16,
        #[raw(default)]
        pub(crate) next: Option<Box<Log<'a>>>,
        pub(crate) counts: BTreeMap<u32, Entry>,
    }

    #[derive(Clone, Debug, PartialEq, Serialise)]
    pub(crate) enum Entry {
        Nothing,
        Text(String),
        Both { shape: Shape, readings: Vec<Reading> },
        Nested(Vec<Entry>, u8),
    }

    #[derive(Debug, Serialise)]
    struct Tuple(u8, u16, [u32; 2]);

    #[derive(Debug, Serialise)]
    struct Nothing;

    #[derive(Debug, Serialise)]
    struct Dense {
        a: u64,
        b: i64,
    }

    #[derive(Debug, Serialise)]
    #[expect(dead_code, reason = "a variant that is only there to be the largest")]
    enum Wide {
        Flag(bool),
        Number { small: u8, number: u64 },
        Two(u64, [u8; 8]),
    }

    #[derive(Debug, Serialise)]
    #[raw(name = "outside")]
    struct Outer {
        #[raw(name = "within")]
        inner: Wide,
    }

    #[derive(Debug, Serialise)]
    enum Plainly {
        A,
        B,
    }

    fn log() -> Log<'static> {
        let reading = Reading { at: 1, celsius: 2.5, station: 3, r#type: [4, 5] };
        let both = Entry::Both { shape: Shape::Square(3), readings: vec![reading; 3] };
        Log {
            level: 3,
            text: "something happened",
            tags: vec!["a".into(), "a longer one".into()],
            at: 99,
            r#type: 12,
            next: Some(Box::new(Log { text: "first", ..Log::default() })),
            counts: [
                (1, Entry::Nothing),
                (2, Entry::Text("text".into())),
                (3, both.clone()),
                (4, Entry::Nested(vec![both, Entry::Nothing], 200)),
            ]
            .into(),
        }
    }

    #[test]
    fn views_give_what_was_written() {
        let log = log();
        let archive = archive(&log);
        let view = archive.get::<Log<'_>>("it").unwrap();
        assert_eq!(view.level(), 3);
        assert_eq!(view.text(), log.text);
        assert!(view.tags().iter().eq(log.tags.iter().map(|it| &**it)));
        assert_eq!(view.at(), 99);
        assert_eq!(view.r#type(), 12);
        let next: LogRef<'_> = view.next().unwrap();
        assert_eq!(next.text(), "first");
        assert!(next.next().is_none());
        assert!(matches!(view.counts().get(1), Some(EntryRef::Nothing)));
        assert!(matches!(view.counts().get(2), Some(EntryRef::Text("text"))));
        match view.counts().get(3) {
            Some(EntryRef::Both { shape, readings }) => {
                assert_eq!(*shape, Shape::Square(3));
                assert_eq!(readings.len(), 3);
                assert_eq!(readings[1].station, 3);
            }
            other => panic!("{other:?}"),
        }
        match view.counts().get(4) {
            Some(EntryRef::Nested(list, 200)) => {
                assert!(matches!(list.get(0), Some(EntryRef::Both { .. })));
                assert!(matches!(list.get(1), Some(EntryRef::Nothing)));
            }
            other => panic!("{other:?}"),
        }
        assert!(format!("{view:?}").starts_with("Log { level: 3, text: \"something happened\""));
    }

    #[test]
    fn views_change_what_is_plain() {
        let mut archive = archive(&log());
        archive
            .edit::<Log<'_>, _>("it", |mut view| {
                *view.level() = 9;
                *view.next().unwrap().at() = 77;
                assert_eq!(*view.text(), *"something happened");
                match view.counts().get_mut(3) {
                    Some(EntryMut::Both { mut shape, mut readings }) => {
                        shape.set(Shape::Flag(true, [Colour::Green; 2]));
                        readings.as_mut_slice()[2].station = 44;
                    }
                    other => panic!("{other:?}"),
                }
                assert_eq!(view.as_ref().level(), 9);
                assert!(format!("{view:?}").contains("station: 44"));
            })
            .unwrap();
        let archive = Archive::copy(archive.bytes()).unwrap();
        let view = archive.get::<Log<'_>>("it").unwrap();
        assert_eq!((view.level(), view.next().unwrap().at()), (9, 77));
        match view.counts().get(3) {
            Some(EntryRef::Both { shape, readings }) => {
                assert_eq!(*shape, Shape::Flag(true, [Colour::Green; 2]));
                assert_eq!(readings[2].station, 44);
            }
            other => panic!("{other:?}"),
        }
    }

    #[derive(Debug, Serialise)]
    enum Expr {
        Number(i64),
        Add(Box<Expr>, Box<Self>),
        Negate { it: Option<Box<Expr>> },
        Call { name: String, arguments: Vec<Expr>, otherwise: Box<Statement> },
    }

    #[derive(Debug, Serialise)]
    enum Statement {
        Nothing,
        Eval(#[raw(pointer)] Box<Expr>),
    }

    fn value(expr: ExprRef<'_>) -> i64 {
        match expr {
            ExprRef::Number(number) => number,
            ExprRef::Add(a, b) => value(a.view()) + value(b.view()),
            ExprRef::Negate { it } => it.view().map_or(0, |it| -value(it)),
            ExprRef::Call { name, arguments, otherwise } => match (name, otherwise) {
                ("sum", _) => arguments.iter().map(value).sum(),
                (_, StatementRef::Nothing) => 0,
                (_, StatementRef::Eval(it)) => value(it.view()),
            },
        }
    }

    /// The view of an enum that holds itself by value would have no end.
    #[test]
    fn enums_that_hold_themselves() {
        let number = |it| Box::new(Expr::Number(it));
        let call = |name: &str| Expr::Call {
            name: name.to_owned(),
            arguments: vec![*number(20), Expr::Negate { it: None }, *number(22)],
            otherwise: Box::new(Statement::Eval(number(7))),
        };
        let negate = Expr::Negate { it: Some(number(2)) };
        let expr = Expr::Add(
            Box::new(Expr::Add(Box::new(call("sum")), Box::new(negate))),
            Box::new(call("other")),
        );
        let mut archive = archive(&expr);
        assert_eq!(value(archive.get::<Expr>("it").unwrap()), 42 - 2 + 7);
        assert_eq!(format!("{:?}", archive.get::<Expr>("it").unwrap()), format!("{expr:?}"));
        archive
            .edit::<Expr, _>("it", |view| {
                assert_eq!(format!("{view:?}"), format!("{expr:?}"));
                let ExprMut::Add(sum, other) = view else { panic!() };
                let ExprMut::Call { mut arguments, .. } = other.view_mut() else { panic!() };
                let Some(ExprMut::Number(mut number)) = arguments.get_mut(0) else { panic!() };
                number.set(99);
                let ExprMut::Add(call, negate) = sum.view_mut() else { panic!() };
                let ExprMut::Negate { it } = negate.view_mut() else { panic!() };
                let Some(ExprMut::Number(mut number)) = it.view_mut() else { panic!() };
                *number = 3;
                let ExprMut::Call { mut arguments, .. } = call.view_mut() else { panic!() };
                let Some(ExprMut::Number(mut number)) = arguments.get_mut(2) else { panic!() };
                *number = 30;
            })
            .unwrap();
        assert_eq!(value(archive.get::<Expr>("it").unwrap()), 50 - 3 + 7);
        assert!(matches!(archive_of_nothing().get::<Statement>("it"), Ok(StatementRef::Nothing)));
    }

    fn archive_of_nothing() -> Archive<'static> {
        archive(&Statement::Nothing)
    }

    /// The same on every target, whatever the alignment of a `u64` is there.
    #[test]
    fn the_layout_is_that_of_the_forms() {
        assert_eq!((TupleStored::SIZE, TupleStored::ALIGN), (12, 4));
        assert_eq!((NothingStored::SIZE, NothingStored::ALIGN), (0, 1));
        assert_eq!((PlainlyStored::SIZE, PlainlyStored::ALIGN), (1, 1));
        assert_eq!((WideStored::SIZE, WideStored::ALIGN), (24, 8));
        assert_eq!((LogStored::SIZE, LogStored::ALIGN), (56, 8));
        let any_bytes = [TupleStored::ANY_BYTES, DenseStored::ANY_BYTES, PlainlyStored::ANY_BYTES];
        assert_eq!(any_bytes, [false, true, false]);

        let wide = write_block(&Wide::Number { small: 1, number: 2 }, Vec::new()).unwrap();
        let mut expected = [0; 24];
        (expected[0], expected[1]) = (1, 1);
        expected[8..16].copy_from_slice(&2_u64.to_ne_bytes());
        assert_eq!(wide, expected);

        let tuple = archive(&Tuple(1, 2, [3, 4]));
        let view = tuple.get::<Tuple>("it").unwrap();
        assert_eq!((view.field_0(), view.field_1()), (1, 2));
        assert_eq!(view.field_2().as_slice(), [3, 4]);
        assert!(matches!(archive(&Plainly::B).get::<Plainly>("it"), Ok(PlainlyRef::B)));
        assert!(matches!(archive(&Plainly::A).get::<Plainly>("it"), Ok(PlainlyRef::A)));
        assert!(archive(&Nothing).get::<Nothing>("it").is_ok());
        assert_eq!(archive(&Dense { a: 1, b: 2 }).get::<Dense>("it").unwrap().b(), 2);
    }

    fn refused<T: Serialise>(value: &T, at: usize, byte: u8) -> String {
        let mut message = String::new();
        with_block(
            value,
            |bytes| bytes[at] = byte,
            |found| message = found.map_or_else(|error| error.to_string(), |it| format!("{it:?}")),
        );
        message
    }

    #[test]
    fn bytes_that_are_no_value_are_refused() {
        let tuple = Tuple(1, 2, [3, 4]);
        let gap = "at byte 1: expected a zero between values and found 0x01";
        assert_eq!(refused(&tuple, 1, 1), gap);
        assert_eq!(refused(&Plainly::B, 0, 2), "at byte 0: no variant has the tag 2");
        let wide = Wide::Number { small: 1, number: 2 };
        for gap in (2..8).chain(16..24) {
            let message = format!("at byte {gap}: expected a zero between values and found 0x03");
            assert_eq!(refused(&wide, gap, 3), message);
        }
        assert_eq!(
            refused(&Wide::Flag(true), 1, 2),
            "at byte 1, field `0` of `Wide::Flag`: expected a bool, 0 or 1, and found 2"
        );
        assert_eq!(
            refused(&Outer { inner: Wide::Flag(true) }, 1, 2),
            "at byte 1, field `0` of `Wide::Flag`: expected a bool, 0 or 1, and found 2"
        );
        assert_eq!(
            refused(&Outer { inner: Wide::Flag(true) }, 0, 9),
            "at byte 0, field `within` of `outside`: no variant has the tag 9"
        );
    }

    /// One variant more than a byte can tell apart.
    #[rustfmt::skip]
    #[derive(Debug, Serialise)]
    #[expect(dead_code, reason = "counted, not used")]
    enum Many {
        V0, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13, V14, V15, V16, V17, V18, V19,
        V20, V21, V22, V23, V24, V25, V26, V27, V28, V29, V30, V31, V32, V33, V34, V35, V36, V37,
        V38, V39, V40, V41, V42, V43, V44, V45, V46, V47, V48, V49, V50, V51, V52, V53, V54, V55,
        V56, V57, V58, V59, V60, V61, V62, V63, V64, V65, V66, V67, V68, V69, V70, V71, V72, V73,
        V74, V75, V76, V77, V78, V79, V80, V81, V82, V83, V84, V85, V86, V87, V88, V89, V90, V91,
        V92, V93, V94, V95, V96, V97, V98, V99, V100, V101, V102, V103, V104, V105, V106, V107,
        V108, V109, V110, V111, V112, V113, V114, V115, V116, V117, V118, V119, V120, V121, V122,
        V123, V124, V125, V126, V127, V128, V129, V130, V131, V132, V133, V134, V135, V136, V137,
        V138, V139, V140, V141, V142, V143, V144, V145, V146, V147, V148, V149, V150, V151, V152,
        V153, V154, V155, V156, V157, V158, V159, V160, V161, V162, V163, V164, V165, V166, V167,
        V168, V169, V170, V171, V172, V173, V174, V175, V176, V177, V178, V179, V180, V181, V182,
        V183, V184, V185, V186, V187, V188, V189, V190, V191, V192, V193, V194, V195, V196, V197,
        V198, V199, V200, V201, V202, V203, V204, V205, V206, V207, V208, V209, V210, V211, V212,
        V213, V214, V215, V216, V217, V218, V219, V220, V221, V222, V223, V224, V225, V226, V227,
        V228, V229, V230, V231, V232, V233, V234, V235, V236, V237, V238, V239, V240, V241, V242,
        V243, V244, V245, V246, V247, V248, V249, V250, V251, V252, V253, V254, V255,
        Last(u8),
    }

    #[test]
    fn more_variants_than_a_byte_has_values() {
        assert_eq!((ManyStored::SIZE, ManyStored::ALIGN), (4, 2));
        let block = write_block(&Many::Last(9), Vec::new()).unwrap();
        let [low, high] = 256_u16.to_ne_bytes();
        assert_eq!(block, [low, high, 9, 0]);
        with_block(&Many::Last(9), |_| (), |it| assert!(matches!(it, Ok(ManyRef::Last(9)))));
        with_block(&Many::V255, |_| (), |it| assert!(matches!(it, Ok(ManyRef::V255))));
        let message = "no variant has the tag 257";
        let at = usize::from(cfg!(target_endian = "big"));
        assert!(refused(&Many::Last(9), at, 1).ends_with(message));
    }

    /// What the user's scope calls what the derives use does not matter, nor where they stand.
    #[test]
    fn names_of_the_user_are_not_in_the_way() {
        #[expect(nonstandard_style, dead_code, reason = "names that the derives must not use")]
        mod shadowed {
            use ::raw_serialise as other;
            pub(super) struct Option;
            pub(super) struct Result;
            pub(super) struct u8;
            pub(super) struct usize;
            pub(super) struct i128;
            pub(super) struct bool;
            pub(super) fn Ok() {}
            pub(super) fn Err() {}
            mod raw_serialise {}
            mod core {}
            mod std {}

            #[repr(C)]
            #[derive(Clone, Copy, Debug, other::Plain)]
            pub(super) struct A {
                pub(super) r#fn: u32,
            }
            #[repr(u32)]
            #[derive(Clone, Copy, Debug, other::Checked, other::NoPadding)]
            pub(super) enum B {
                r#Type { r#match: [A; 0] },
            }
            #[derive(Debug, other::Serialise)]
            pub(super) struct C {
                pub(super) r#loop: A,
            }
            #[derive(Debug, other::Serialise)]
            pub(super) enum D {
                Ok(A),
            }
        }
        let _ = shadowed::B::Type { r#match: [] };
        let mut c = archive(&shadowed::C { r#loop: shadowed::A { r#fn: 3 } });
        c.edit::<shadowed::C, _>("it", |mut it| assert_eq!(it.r#loop().r#fn, 3)).unwrap();
        let d = archive(&shadowed::D::Ok(shadowed::A { r#fn: 3 }));
        assert!(d.get::<shadowed::D>("it").is_ok());
    }

    #[test]
    fn inside_a_function() {
        #[repr(u8)]
        #[derive(Clone, Copy, Debug, Checked)]
        enum Local {
            A = OTHER,
            B,
        }
        const OTHER: u8 = 4;
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Plain)]
        struct Point {
            x: u32,
        }
        #[derive(Debug, Serialise)]
        struct Heap {
            points: Vec<Point>,
            local: Local,
        }
        let heap = Heap { points: vec![Point { x: 5 }], local: Local::B };
        let archive = archive(&heap);
        let view = archive.get::<Heap>("it").unwrap();
        assert_eq!(view.points()[0].x, 5);
        assert_eq!(*view.local() as u8, 5);
        let _ = Local::A;
    }
}
