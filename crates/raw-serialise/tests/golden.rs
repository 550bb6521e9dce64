//! Files that were written once and are read by every later version.
//!
//! Each is in `tests/golden` twice, by a machine of each byte order. A change of the format that makes this
//! test fail is a new version of the format. A new file is written by
//!
//! ```text
//! touch crates/raw-serialise/tests/golden/NAME.little.raw crates/raw-serialise/tests/golden/NAME.big.raw
//! BLESS=1 cargo test -p raw-serialise --test golden
//! BLESS=1 MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test -p raw-serialise --test golden \
//!     --target s390x-unknown-linux-gnu
//! ```
//!
//! Without `BLESS`, the last command checks it on a machine of the other byte order.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::num::NonZero;

use raw_serialise::archive::ByteOrder;
use raw_serialise::heap::Deferred;
use raw_serialise::schema::{Schema, convert};
use raw_serialise::stored::type_of;
use raw_serialise::{Archive, Builder, Checked, Plain, Root, SectionError, Serialise};

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Vertex {
    position: [f32; 3],
    normal: [i16; 3],
    material: u16,
    colour: [u8; 4],
    id: u64,
}

#[derive(Debug, Serialise)]
struct Line {
    at: u64,
    level: Level,
    message: String,
    tags: Vec<String>,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Checked)]
enum Level {
    Info = 1,
    Warning,
    Error = 9,
}

/// With padding.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Shape {
    Point,
    Circle { radius: f32 } = 300,
    Named([char; 2], bool),
}

#[derive(Debug, Serialise)]
struct Tree {
    name: String,
    weight: i128,
    shape: Shape,
    children: Vec<Tree>,
    hidden: Option<Box<Tree>>,
    by_name: BTreeMap<String, Option<(u8, u32)>>,
    by_level: BTreeMap<Level, Node>,
    page: Deferred<Vec<String>>,
    pair: (NonZero<u16>, [[u8; 3]; 2]),
}

#[derive(Debug, Serialise)]
enum Node {
    Leaf,
    Text(String),
    Inner { nodes: Vec<Node>, count: u64 },
}

/// As it was.
mod old {
    use super::Serialise;

    #[derive(Debug, Serialise)]
    pub(crate) struct Station {
        pub(crate) name: String,
        pub(crate) number: u32,
    }
}

/// As it is.
#[derive(Debug, Serialise)]
struct Station {
    name: String,
    number: u32,
    #[raw(default = -1.5)]
    height: f32,
    #[raw(default = vec!["unknown".to_owned()])]
    tags: Vec<String>,
}

fn vertices() -> Vec<Vertex> {
    (0..5_u8)
        .map(|n| Vertex {
            position: [f32::from(n), 0.5, -1.25],
            normal: [i16::from(n) - 2, 0x0102, -1],
            material: 0x0304,
            colour: [n, 1, 2, 255],
            id: 0x0102_0304_0506_0708 + u64::from(n),
        })
        .collect()
}

const TRIANGLES: [[u32; 3]; 3] = [[0, 1, 2], [2, 3, 0x0001_0203], [4, 0, 1]];

fn lines() -> Vec<Line> {
    let line = |at, level, message: &str, tags: &[&str]| Line {
        at,
        level,
        message: message.to_owned(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
    };
    vec![
        line(1_700_000_000, Level::Info, "started", &[]),
        line(1_700_000_001, Level::Warning, "the disk is nearly full", &["disk", "a longer tag"]),
        line(1_700_000_002, Level::Error, "Straße 1, 日本", &["", "12345678"]),
    ]
}

fn leaf(name: &str) -> Tree {
    Tree {
        name: name.to_owned(),
        weight: i128::MIN + 1,
        shape: Shape::Point,
        children: vec![],
        hidden: None,
        by_name: BTreeMap::new(),
        by_level: BTreeMap::new(),
        page: Deferred(vec![]),
        pair: (NonZero::<u16>::MIN, [[0; 3]; 2]),
    }
}

fn tree() -> Tree {
    let nodes = vec![Node::Leaf, Node::Text("some text in a node".to_owned())];
    Tree {
        shape: Shape::Circle { radius: 2.5 },
        children: vec![
            leaf("a"),
            Tree { shape: Shape::Named(['ß', '日'], true), ..leaf("a child with a name") },
        ],
        hidden: Some(Box::new(leaf("hidden"))),
        by_name: [("zwei", Some((2, 0x0102_0304))), ("eins", None), ("a long key", Some((1, 1)))]
            .map(|(key, value)| (key.to_owned(), value))
            .into(),
        by_level: [(Level::Error, Node::Inner { nodes, count: 258 }), (Level::Info, Node::Leaf)]
            .into(),
        page: Deferred(vec!["a page that".to_owned(), "is read later".to_owned()]),
        pair: (NonZero::new(0x0102).unwrap(), [[1, 2, 3], [4, 5, 6]]),
        ..leaf("root")
    }
}

fn mesh_file() -> Archive<'static> {
    Builder::new().borrow("vertices", &vertices()).borrow("triangles", &TRIANGLES).build().unwrap()
}

fn log_file() -> Archive<'static> {
    let lines = lines();
    Builder::new().section("log", &lines[..]).section("title", &"A day").build().unwrap()
}

fn nested_file() -> Archive<'static> {
    Builder::new().section("tree", &tree()).build().unwrap()
}

fn old_file() -> Archive<'static> {
    let station = old::Station { name: "Kara Dag Observatory".to_owned(), number: 0x0102_0304 };
    Builder::new().section("station", &station).build().unwrap()
}

/// A file of this machine's byte order, and the same of the other.
struct Golden {
    own: Archive<'static>,
    foreign: Archive<'static>,
}

macro_rules! golden {
    ($name:literal, $written:expr) => {
        golden(
            $name,
            include_bytes!(concat!("golden/", $name, ".little.raw")),
            include_bytes!(concat!("golden/", $name, ".big.raw")),
            &$written,
        )
    };
}

/// The files of that name. What is written today is the same, byte for byte.
#[track_caller]
fn golden(name: &str, little: &[u8], big: &[u8], written: &Archive<'_>) -> Option<Golden> {
    let is_little = ByteOrder::NATIVE == ByteOrder::Little;
    if std::env::var_os("BLESS").is_some() {
        let order = if is_little { "little" } else { "big" };
        let root = env!("CARGO_MANIFEST_DIR");
        std::fs::write(format!("{root}/tests/golden/{name}.{order}.raw"), written.bytes()).unwrap();
        return None;
    }
    // Each is one of its writer's order.
    let (own, foreign) = if is_little { (little, big) } else { (big, little) };
    assert!(own == written.bytes(), "`{name}` is written in another way than it was");
    let (own, foreign) = (Archive::copy(own).unwrap(), Archive::copy(foreign).unwrap());
    for archive in [&own, &foreign] {
        archive.verify().unwrap();
    }
    assert_eq!(own.order(), ByteOrder::NATIVE);
    assert_ne!(foreign.order(), ByteOrder::NATIVE);
    Some(Golden { own, foreign })
}

/// The own file is read where it lies. The foreign one is refused as it is, and when it is opened it
/// is converted, to the bytes of the own one.
#[track_caller]
fn both<T: Root + ?Sized>(golden: &Golden, name: &str, check: impl Fn(T::Ref<'_>)) {
    check(golden.own.get::<T>(name).unwrap());
    let opened = golden.own.open::<T>(name).unwrap();
    assert!(!opened.is_converted());
    check(opened.view());

    match golden.foreign.get::<T>(name) {
        Err(SectionError::ByteOrder { section, expected: ByteOrder::NATIVE, found }) => {
            assert_eq!((&*section, found), (name, golden.foreign.order()));
        }
        other => panic!("{other:?}"),
    }
    let opened = golden.foreign.open::<T>(name).unwrap();
    assert!(opened.is_converted());
    check(opened.view());
    let own = golden.own.sections().find(|it| it.name() == name).unwrap();
    assert_eq!(converted::<T>(&golden.foreign, name), own.bytes());
}

/// A section as this program would have written it.
#[track_caller]
fn converted<T: Root + ?Sized>(archive: &Archive<'_>, name: &str) -> Vec<u8> {
    let section = archive.sections().find(|it| it.name() == name).unwrap();
    let program = Schema::of_type(type_of::<<T::Element as Serialise>::Stored>(), T::MANY);
    let file = Schema::parse(section.schema()).unwrap();
    let (order, bytes, count) = (archive.order(), section.bytes(), section.count());
    convert(&file, order, bytes, count, &program, 1 << 16).unwrap()
}

#[test]
fn mesh() {
    let Some(golden) = golden!("mesh", mesh_file()) else { return };
    both::<[Vertex]>(&golden, "vertices", |view| assert_eq!(*view, vertices()));
    both::<[[u32; 3]]>(&golden, "triangles", |view| assert_eq!(*view, TRIANGLES));
}

#[test]
fn log() {
    let Some(golden) = golden!("log", log_file()) else { return };
    both::<[Line]>(&golden, "log", |view| {
        let expected = lines();
        assert_eq!(view.len(), expected.len());
        for (line, expected) in view.iter().zip(&expected) {
            assert_eq!((line.at(), *line.level()), (expected.at, expected.level));
            assert_eq!(line.message(), expected.message);
            assert!(line.tags().iter().eq(&expected.tags));
        }
    });
    both::<String>(&golden, "title", |view| assert_eq!(view, "A day"));
}

#[test]
fn everything_nested() {
    let Some(golden) = golden!("nested", nested_file()) else { return };
    both::<Tree>(&golden, "tree", |tree| {
        assert_eq!((tree.name(), tree.weight()), ("root", i128::MIN + 1));
        assert_eq!(*tree.shape(), Shape::Circle { radius: 2.5 });
        let child = tree.children().get(1).unwrap();
        assert_eq!(child.name(), "a child with a name");
        assert_eq!(*child.shape(), Shape::Named(['ß', '日'], true));
        assert_eq!(tree.hidden().unwrap().name(), "hidden");
        assert!(tree.by_name().keys().iter().eq(["a long key", "eins", "zwei"]));
        assert_eq!(tree.by_name().get("zwei"), Some(Some((2, 0x0102_0304))));
        assert_eq!(tree.by_name().get("eins"), Some(None));
        match tree.by_level().get(&Level::Error).unwrap() {
            NodeRef::Inner { nodes, count: 258 } => {
                assert!(matches!(nodes.get(1), Some(NodeRef::Text("some text in a node"))));
                assert!(matches!(nodes.get(0), Some(NodeRef::Leaf)));
            }
            other => panic!("{other:?}"),
        }
        let page = tree.page().get().unwrap();
        assert!(page.iter().eq(["a page that", "is read later"]));
        assert_eq!(tree.pair().0.get(), 0x0102);
        assert_eq!(*tree.pair().1.get(1).unwrap(), [4, 5, 6]);
    });
}

/// Fields were appended since it was written.
#[test]
fn an_older_version() {
    let Some(golden) = golden!("old", old_file()) else { return };
    for archive in [&golden.own, &golden.foreign] {
        // As it lies there, it is no station of today, and the error names what it lacks.
        let error = archive.get::<Station>("station").unwrap_err();
        assert!(matches!(error, SectionError::Layout { .. }), "{error}");
        assert!(error.to_string().contains("`height`"), "{error}");

        let opened = archive.open::<Station>("station").unwrap();
        assert!(opened.is_converted());
        let station = opened.view();
        assert_eq!((station.name(), station.number()), ("Kara Dag Observatory", 0x0102_0304));
        assert!(station.height() == -1.5 && station.tags().iter().eq(["unknown"]));
    }
    // Who knows it as it was reads it where it lies.
    both::<old::Station>(&golden, "station", |station| {
        assert_eq!((station.name(), station.number()), ("Kara Dag Observatory", 0x0102_0304));
    });
}
