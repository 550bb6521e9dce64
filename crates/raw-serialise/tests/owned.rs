//! Values made of views again.
#![cfg(all(feature = "derive", feature = "std"))]
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::num::NonZero;

use raw_serialise::heap::Deferred;
use raw_serialise::{Archive, Builder, Checked, Deserialise, Plain, SectionError, Serialise};

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Point {
    x: f32,
    y: f32,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Shade {
    Grey(u8),
    Mixed { red: u8, green: u8, blue: u8 },
}

#[derive(Clone, Debug, PartialEq, Serialise, Deserialise)]
enum Shape {
    Nothing,
    Path(Vec<Point>),
    Group { of: Vec<Shape>, name: Option<String> },
    Twice(Box<Shape>),
}

#[derive(Clone, Debug, PartialEq, Serialise, Deserialise)]
struct Pair(u8, String);

#[derive(Clone, Debug, PartialEq, Serialise, Deserialise)]
struct Drawing<'a> {
    title: Cow<'a, str>,
    shapes: Vec<Shape>,
    shade: Shade,
    shades: [Shade; 2],
    owners: BTreeMap<String, Vec<u16>>,
    sizes: HashMap<u32, Box<str>>,
    tags: BTreeSet<String>,
    queue: VecDeque<Pair>,
    count: NonZero<u16>,
    later: Deferred<Vec<String>>,
    pairs: Box<[(u8, char)]>,
}

fn drawing() -> Drawing<'static> {
    let path = Shape::Path(vec![Point { x: 0.0, y: 1.5 }, Point { x: -1.0, y: 2.0 }]);
    Drawing {
        title: Cow::Borrowed("a title of some length"),
        shapes: vec![
            Shape::Nothing,
            path.clone(),
            Shape::Group { of: vec![path.clone(), Shape::Nothing], name: Some("both".into()) },
            Shape::Twice(Box::new(Shape::Twice(Box::new(path)))),
        ],
        shade: Shade::Grey(9),
        shades: [Shade::Mixed { red: 1, green: 2, blue: 3 }, Shade::Grey(0)],
        owners: [("ada".to_owned(), vec![1, 2]), ("a longer name".to_owned(), vec![])].into(),
        sizes: [(7, "seven".into()), (1, "one and only".into())].into(),
        tags: ["b".to_owned(), "a".to_owned()].into(),
        queue: [Pair(1, "first".into()), Pair(2, "the second one".into())].into(),
        count: NonZero::<u16>::MIN,
        later: Deferred(vec!["not looked at before".to_owned()]),
        pairs: [(1, 'x'), (2, '\u{1f980}')].into(),
    }
}

#[test]
fn what_was_written_comes_back() {
    let archive = Builder::new().section("it", &drawing()).build().unwrap();
    let view = archive.get::<Drawing<'_>>("it").unwrap();
    assert_eq!(Drawing::deserialise(view).unwrap(), drawing());
}

#[test]
fn a_part_that_is_no_value_is_an_error() {
    let archive = Builder::new().section("it", &Deferred(vec!['a', 'b'])).build().unwrap();
    let mut bytes = archive.bytes().to_vec();
    // The last character, and so the last bytes of the file.
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&0xd800_u32.to_ne_bytes());
    let damaged = Archive::copy(&bytes).unwrap();
    let error = damaged.get::<Deferred<Vec<char>>>("it").unwrap_err();
    assert!(matches!(error, SectionError::Checksum { .. }));

    let damaged = Archive::copy(&bytes).unwrap();
    let manual = raw_serialise::Checksums::Manual;
    let damaged = Archive::from_bytes_with(damaged.bytes(), manual).unwrap();
    let view = damaged.get::<Deferred<Vec<char>>>("it").unwrap();
    let error = Deferred::<Vec<char>>::deserialise(view).unwrap_err();
    assert_eq!(error.reason, raw_serialise::Reason::Char(0xd800));
}
