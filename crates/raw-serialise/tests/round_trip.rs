//! Values of many types, written and read: equal data, the same bytes, and no other bytes for it.
//!
//! Types are put together from derived ones by what the standard library has: vectors of options of
//! tuples, and so on. Values are made from bytes that proptest finds, so that it can also make them
//! smaller: with no bytes left there are zeroes, empty lists and `None`.
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::num::NonZero;

use proptest::collection::vec;
use proptest::prelude::*;
use raw_serialise::check::{Invalid, Reason};
use raw_serialise::heap::{Deferred, LazyRef, ListMut, ListRef, MapMut, MapRef};
use raw_serialise::stored::{Slot, Stored};
use raw_serialise::{
    Builder, Checked, NoPadding, Plain, Serialise, bytes_of_slice_mut, read_block, write_block,
    zeroed,
};

type Ref<'a, T> = <<T as Serialise>::Stored as Stored>::Ref<'a>;
type Mut<'a, T> = <<T as Serialise>::Stored as Stored>::Mut<'a>;

/// A type of which this test can make values, and which it can read back from a view.
trait Owned: Serialise + PartialEq + Debug + Sized {
    fn make(source: &mut Source<'_>) -> Self;

    /// The data behind a view. An error is that of a part that is checked late.
    fn from_view(view: Ref<'_, Self>) -> Result<Self, Invalid>;

    /// Changes some of what can be changed, in the view and in the value alike.
    fn edit(view: Mut<'_, Self>, value: &mut Self, source: &mut Source<'_>);
}

/// Where the choices come from.
struct Source<'a> {
    bytes: &'a [u8],
    /// Begin anew at the end, in place of zeroes.
    endless: bool,
    next: usize,
}

impl<'a> Source<'a> {
    fn new(bytes: &'a [u8], endless: bool) -> Self {
        Self { bytes, endless, next: 0 }
    }

    fn byte(&mut self) -> u8 {
        let next = if self.endless { self.next % self.bytes.len() } else { self.next };
        self.next += 1;
        self.bytes.get(next).copied().unwrap_or(0)
    }

    fn below(&mut self, limit: u8) -> usize {
        usize::from(self.byte() % limit)
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
}

// What is viewed by value.
macro_rules! by_value {
    ($($type:ty: |$source:ident| $make:expr;)*) => {
        $(
            impl Owned for $type {
                fn make($source: &mut Source<'_>) -> Self {
                    $make
                }

                fn from_view(view: Self) -> Result<Self, Invalid> {
                    Ok(view)
                }

                fn edit(view: Slot<'_, Self>, value: &mut Self, source: &mut Source<'_>) {
                    edit_slot(view, value, source);
                }
            }
        )*
    };
}

by_value! {
    u8: |source| source.byte();
    u16: |source| u16::from_le_bytes(source.array());
    u32: |source| u32::from_le_bytes(source.array());
    u64: |source| u64::from_le_bytes(source.array());
    u128: |source| u128::from_le_bytes(source.array());
    i16: |source| i16::from_le_bytes(source.array());
    i64: |source| i64::from_le_bytes(source.array());
    // Equal to itself; other tests look at NaN.
    f32: |source| Some(f32::from_le_bytes(source.array())).filter(|it| !it.is_nan()).unwrap_or(1.5);
    bool: |source| source.byte() & 1 == 1;
    char: |source| char::from_u32(u32::from_le_bytes(source.array()) % 0x11_0000).unwrap_or('x');
    NonZero<u32>: |source| NonZero::new(u32::make(source)).unwrap_or(NonZero::<u32>::MIN);
}

fn edit_slot<T: Owned + Checked>(mut view: Slot<'_, T>, value: &mut T, source: &mut Source<'_>) {
    assert_eq!(view.get(), *value);
    if source.byte() & 1 == 1 {
        let new = T::make(source);
        view.set(new);
        *value = new;
        assert_eq!(*view, new);
    }
}

impl Owned for String {
    fn make(source: &mut Source<'_>) -> Self {
        const CHARS: [&str; 8] = ["", "a", "bc", "ä", "日", "\u{10ffff}", "defgh", "\0"];
        (0..source.below(7)).map(|_| CHARS[source.below(8)]).collect()
    }

    fn from_view(view: &str) -> Result<Self, Invalid> {
        assert!(std::str::from_utf8(view.as_bytes()).is_ok());
        Ok(view.to_owned())
    }

    fn edit(view: &str, value: &mut Self, _: &mut Source<'_>) {
        assert_eq!(view, value);
    }
}

impl<T: Owned> Owned for Vec<T> {
    fn make(source: &mut Source<'_>) -> Self {
        (0..source.below(4)).map(|_| T::make(source)).collect()
    }

    fn from_view(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        // Values of no size can be four billion in no bytes.
        if view.len() > 1 << 16 {
            return Err(Invalid { at: 0, field: None, reason: Reason::Rest(0) });
        }
        view.iter().map(T::from_view).collect()
    }

    fn edit(mut view: ListMut<'_, T::Stored>, value: &mut Self, source: &mut Source<'_>) {
        assert_eq!(view.len(), value.len());
        for (view, value) in view.iter_mut().zip(value) {
            T::edit(view, value, source);
        }
    }
}

impl<T: Owned, const N: usize> Owned for [T; N] {
    fn make(source: &mut Source<'_>) -> Self {
        std::array::from_fn(|_| T::make(source))
    }

    fn from_view(view: ListRef<'_, T::Stored>) -> Result<Self, Invalid> {
        Ok(Vec::<T>::from_view(view)?.try_into().unwrap())
    }

    fn edit(mut view: ListMut<'_, T::Stored>, value: &mut Self, source: &mut Source<'_>) {
        for (view, value) in view.iter_mut().zip(value) {
            T::edit(view, value, source);
        }
    }
}

impl<T: Owned> Owned for Option<T> {
    fn make(source: &mut Source<'_>) -> Self {
        (source.byte() & 1 == 1).then(|| T::make(source))
    }

    fn from_view(view: Option<Ref<'_, T>>) -> Result<Self, Invalid> {
        view.map(T::from_view).transpose()
    }

    fn edit(view: Option<Mut<'_, T>>, value: &mut Self, source: &mut Source<'_>) {
        match (view, value) {
            (Some(view), Some(value)) => T::edit(view, value, source),
            (None, None) => {}
            (view, value) => panic!("{view:?} is not {value:?}"),
        }
    }
}

impl<T: Owned> Owned for Box<T> {
    fn make(source: &mut Source<'_>) -> Self {
        Self::new(T::make(source))
    }

    fn from_view(view: Ref<'_, T>) -> Result<Self, Invalid> {
        T::from_view(view).map(Self::new)
    }

    fn edit(view: Mut<'_, T>, value: &mut Self, source: &mut Source<'_>) {
        T::edit(view, value, source);
    }
}

impl<T: Owned> Owned for Deferred<T> {
    fn make(source: &mut Source<'_>) -> Self {
        Self(T::make(source))
    }

    fn from_view(view: LazyRef<'_, T::Stored>) -> Result<Self, Invalid> {
        T::from_view(view.get()?).map(Self)
    }

    fn edit(view: LazyRef<'_, T::Stored>, value: &mut Self, _: &mut Source<'_>) {
        assert_eq!(&Self::from_view(view).unwrap(), value);
    }
}

impl<K: Owned + Ord, V: Owned> Owned for BTreeMap<K, V>
where
    for<'b> <K::Stored as Stored>::Ref<'b>: Ord,
{
    fn make(source: &mut Source<'_>) -> Self {
        (0..source.below(5)).map(|_| (K::make(source), V::make(source))).collect()
    }

    fn from_view(view: MapRef<'_, K::Stored, V::Stored>) -> Result<Self, Invalid> {
        let mut map = Self::new();
        for (key, value) in view.iter() {
            assert!(view.get(key).is_some());
            map.insert(K::from_view(key)?, V::from_view(value)?);
        }
        Ok(map)
    }

    fn edit(mut view: MapMut<'_, K::Stored, V::Stored>, value: &mut Self, source: &mut Source<'_>) {
        assert_eq!(view.as_ref().len(), value.len());
        for (view, value) in view.values_mut().iter_mut().zip(value.values_mut()) {
            V::edit(view, value, source);
        }
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)*) => {
        $(
            impl<$($name: Owned),+> Owned for ($($name,)+) {
                fn make(source: &mut Source<'_>) -> Self {
                    ($($name::make(source),)+)
                }

                fn from_view(view: ($(Ref<'_, $name>,)+)) -> Result<Self, Invalid> {
                    Ok(($($name::from_view(view.$index)?,)+))
                }

                fn edit(view: ($(Mut<'_, $name>,)+), value: &mut Self, source: &mut Source<'_>) {
                    $($name::edit(view.$index, &mut value.$index, source);)+
                }
            }
        )*
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
}

// What is viewed where it lies.
macro_rules! by_reference {
    ($($type:ty: |$source:ident| $make:expr;)*) => {
        $(
            impl Owned for $type {
                fn make($source: &mut Source<'_>) -> Self {
                    $make
                }

                fn from_view(view: &Self) -> Result<Self, Invalid> {
                    Ok(*view)
                }

                fn edit(view: Slot<'_, Self>, value: &mut Self, source: &mut Source<'_>) {
                    edit_slot(view, value, source);
                }
            }
        )*
    };
}

by_reference! {
    Nothing: |_source| Self;
    Reading: |source| Self {
        at: u64::make(source),
        celsius: f32::make(source),
        station: u16::make(source),
        flags: source.array(),
    };
    Flags: |source| Self {
        on: bool::make(source),
        colour: Colour::make(source),
        letters: source.array(),
        symbol: char::make(source),
    };
    Colour: |source| [Self::Red, Self::Green, Self::Blue][source.below(3)];
    Shape: |source| match source.below(4) {
        0 => Self::Empty,
        1 => Self::Square(u16::make(source)),
        2 => Self::Box { wide: NonZero::make(source), high: u16::make(source) },
        _ => Self::Flag(bool::make(source), <[Colour; 2]>::make(source)),
    };
}

macro_rules! structs {
    ($($type:ident, $view:ident, $view_mut:ident { $($field:ident),+ })*) => {
        $(
            impl Owned for $type {
                fn make(source: &mut Source<'_>) -> Self {
                    Self { $($field: Owned::make(source)),+ }
                }

                fn from_view(view: $view<'_>) -> Result<Self, Invalid> {
                    Ok(Self { $($field: Owned::from_view(view.$field())?),+ })
                }

                fn edit(mut view: $view_mut<'_>, value: &mut Self, source: &mut Source<'_>) {
                    $(Owned::edit(view.$field(), &mut value.$field, source);)+
                }
            }
        )*
    };
}

structs! {
    Line, LineRef, LineMut { level, text, number, tags, letter }
    Tree, TreeRef, TreeMut { name, left, right, value }
    Catalogue, CatalogueRef, CatalogueMut { by_name, by_number, by_colour }
    Pages, PagesRef, PagesMut { count, pages, last }
    Grid, GridRef, GridMut { cells, corner, nothing }
    Everything, EverythingRef, EverythingMut { lines, tree, entry, catalogue, pages, grid, shapes }
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Nothing;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Reading {
    at: u64,
    celsius: f32,
    station: u16,
    flags: [u8; 2],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Checked, NoPadding)]
struct Flags {
    on: bool,
    colour: Colour,
    letters: [u8; 2],
    symbol: char,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Checked, NoPadding)]
enum Colour {
    Red = 1,
    Green,
    Blue = 7,
}

/// With padding before and behind its data.
#[repr(i16)]
#[derive(Clone, Copy, Debug, PartialEq, Checked)]
enum Shape {
    Empty = -3,
    Square(u16),
    Box { wide: NonZero<u32>, high: u16 } = 500,
    Flag(bool, [Colour; 2]),
}

#[derive(Debug, PartialEq, Serialise)]
struct Line {
    level: u8,
    text: String,
    number: u128,
    tags: Vec<String>,
    letter: char,
}

#[derive(Debug, PartialEq, Serialise)]
enum Entry {
    Nothing,
    Text(String),
    Both { shape: Shape, readings: Vec<Reading> },
    Nested(Vec<Entry>, u8),
}

#[derive(Debug, PartialEq, Serialise)]
struct Tree {
    name: String,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
    value: i64,
}

#[derive(Debug, PartialEq, Serialise)]
struct Catalogue {
    by_name: BTreeMap<String, Vec<u32>>,
    by_number: BTreeMap<i16, Shape>,
    by_colour: BTreeMap<Colour, Option<String>>,
}

#[derive(Debug, PartialEq, Serialise)]
struct Pages {
    count: u32,
    pages: Vec<Deferred<Vec<String>>>,
    last: Option<Deferred<(u8, Deferred<u128>)>>,
}

#[derive(Debug, PartialEq, Serialise)]
struct Grid {
    cells: [[(u8, u32); 2]; 2],
    corner: (bool, Option<u64>, [Flags; 1]),
    nothing: [Nothing; 3],
}

#[derive(Debug, PartialEq, Serialise)]
struct Everything {
    lines: Vec<Line>,
    tree: Option<Tree>,
    entry: Entry,
    catalogue: Catalogue,
    pages: Pages,
    grid: Grid,
    shapes: Vec<Shape>,
}

impl Owned for Entry {
    fn make(source: &mut Source<'_>) -> Self {
        match source.below(4) {
            0 => Self::Nothing,
            1 => Self::Text(String::make(source)),
            2 => Self::Both { shape: Shape::make(source), readings: Vec::make(source) },
            _ => Self::Nested(Vec::make(source), u8::make(source)),
        }
    }

    fn from_view(view: EntryRef<'_>) -> Result<Self, Invalid> {
        Ok(match view {
            EntryRef::Nothing => Self::Nothing,
            EntryRef::Text(text) => Self::Text(text.to_owned()),
            EntryRef::Both { shape, readings } => {
                Self::Both { shape: *shape, readings: readings.to_vec() }
            }
            EntryRef::Nested(entries, number) => Self::Nested(Vec::from_view(entries)?, number),
        })
    }

    fn edit(view: EntryMut<'_>, value: &mut Self, source: &mut Source<'_>) {
        match (view, value) {
            (EntryMut::Nothing, Self::Nothing) => {}
            (EntryMut::Text(view), Self::Text(text)) => assert_eq!(view, text),
            (
                EntryMut::Both { shape: view, readings: mut list },
                Self::Both { shape, readings },
            ) => {
                edit_slot(view, shape, source);
                // As a slice, for once.
                for (place, value) in list.as_mut_slice().iter_mut().zip(readings) {
                    *value = Reading::make(source);
                    *place = *value;
                }
            }
            (EntryMut::Nested(list, view), Self::Nested(entries, number)) => {
                Vec::edit(list, entries, source);
                edit_slot(view, number, source);
            }
            (view, value) => panic!("{view:?} is not {value:?}"),
        }
    }
}

/// Bytes at a multiple of 16.
struct Aligned {
    lines: Vec<Sixteen>,
    length: usize,
}

#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, Plain)]
struct Sixteen([u8; 16]);

impl Aligned {
    fn copy(bytes: &[u8]) -> Self {
        let lines = vec![zeroed(); bytes.len().div_ceil(16)];
        let mut copy = Self { lines, length: bytes.len() };
        copy.bytes().copy_from_slice(bytes);
        copy
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut bytes_of_slice_mut(&mut self.lines)[..self.length]
    }
}

/// The value that these bytes are, all of it, if they are one.
fn value_of<T: Owned>(block: &mut [u8]) -> Option<T> {
    T::from_view(read_block::<T>(block).ok()?).ok()
}

/// Bytes are refused, or they are what is written for the value that they are.
#[track_caller]
fn canonical_or_refused<T: Owned>(block: &mut [u8]) {
    if let Some(value) = value_of::<T>(block) {
        let again = write_block(&value, Vec::new()).unwrap();
        assert_eq!(again, block, "two encodings of {value:?}");
    }
}

fn holds<T: Owned>(bytes: &[u8], changes: &[u8]) {
    let mut value = T::make(&mut Source::new(bytes, false));
    let block = write_block(&value, Vec::new()).unwrap();
    let mut memory = Aligned::copy(&block);

    // Equal data, from equal bytes.
    let back: T = value_of(memory.bytes()).unwrap();
    assert_eq!(back, value);
    assert_eq!(write_block(&back, Vec::new()).unwrap(), block);

    // Cut anywhere. A value of no size has nothing to cut.
    let step = if cfg!(miri) { block.len() / 3 + 1 } else { 1 };
    for length in (0..block.len()).step_by(step) {
        assert_eq!(value_of::<T>(&mut memory.bytes()[..length]), None, "cut to {length}");
    }

    // Each byte changed.
    for (at, byte) in (0..).zip(block.iter().copied()).step_by(step) {
        let bits = (0..8).map(|bit| byte ^ 1 << bit);
        let others = [0, 0x80, 0xff, byte.wrapping_add(1), changes[at % changes.len()]];
        let all = bits.chain(others);
        let (skip, take) = if cfg!(miri) { (usize::from(changes[0]) % 12, 1) } else { (0, 13) };
        for found in all.skip(skip).take(take).filter(|it| *it != byte) {
            memory.bytes()[at] = found;
            canonical_or_refused::<T>(memory.bytes());
        }
        memory.bytes()[at] = byte;
    }

    // Distances and counts are words.
    for at in (0..block.len() / 4 * 4).step_by(step.next_multiple_of(4)) {
        let word: [u8; 4] = block[at..at + 4].try_into().unwrap();
        let number = u32::from_ne_bytes(word);
        let mut others =
            [number.wrapping_add(4), number.wrapping_sub(8), number.wrapping_add(1), u32::MAX];
        others.rotate_left(at / 4 % 4);
        for found in &others[..if cfg!(miri) { 1 } else { 4 }] {
            memory.bytes()[at..at + 4].copy_from_slice(&found.to_ne_bytes());
            canonical_or_refused::<T>(memory.bytes());
        }
        memory.bytes()[at..at + 4].copy_from_slice(&word);
    }

    // Bytes at the end belong to nothing.
    let mut longer = Aligned::copy(&[&block[..], &[0]].concat());
    assert_eq!(value_of::<T>(longer.bytes()), None);

    // Changed in its place in a file, the file is the one that is written for the changed value.
    let mut file = Builder::new().section("it", &value).build().unwrap();
    assert_eq!(file.sections().next().unwrap().bytes(), block);
    file.edit::<T, _>("it", |view| T::edit(view, &mut value, &mut Source::new(changes, true)))
        .unwrap();
    let changed = Builder::new().section("it", &value).build().unwrap();
    assert_eq!(file.bytes(), changed.bytes());
    assert_eq!(T::from_view(file.get::<T>("it").unwrap()).unwrap(), value);
}

fn config() -> ProptestConfig {
    if cfg!(miri) {
        // Miri is slow and has no working directory to keep failures in.
        ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() }
    } else {
        ProptestConfig { cases: 48, ..ProptestConfig::default() }
    }
}

macro_rules! round_trips {
    ($($name:ident: $type:ty;)*) => {
        proptest! {
            #![proptest_config(config())]
            $(
                #[test]
                fn $name(
                    bytes in vec(any::<u8>(), if cfg!(miri) { 30..45 } else { 0..160 }),
                    changes: [u64; 2],
                ) {
                    holds::<$type>(&bytes, &changes.map(u64::to_le_bytes).concat());
                }
            )*
        }
    };
}

round_trips! {
    numbers: (u8, (u16, u128), [f32; 3]);
    texts: Vec<(String, bool)>;
    plain_values: Vec<Reading>;
    checked_values: (Flags, Vec<Colour>, [Shape; 2]);
    no_size: (Nothing, Option<Nothing>, Vec<Nothing>, BTreeMap<u8, [Nothing; 2]>);
    lines: Line;
    entries: Entry;
    trees: Tree;
    catalogues: Catalogue;
    pages: Pages;
    grids: Grid;
    everything: Everything;
    options: Option<Box<Option<Box<(u8, Option<Line>)>>>>;
    maps_of_maps: BTreeMap<Option<(Colour, String)>, BTreeMap<char, Box<Entry>>>;
    deferred_trees: Deferred<Vec<Option<Deferred<Tree>>>>;
    lists_of_lists: Vec<Vec<Vec<(NonZero<u32>, Shape)>>>;
}

/// Longer than chance makes them: the length is spread over four bytes.
#[test]
fn long_texts() {
    let lengths = [8, 9, 63, 64, 65, 127, 128, 4095, 16_383, 16_384, 70_000];
    for length in lengths.into_iter().filter(|it| !cfg!(miri) || *it < 100) {
        let value = ["ä".repeat(length / 2), "x".repeat(length % 2)].concat();
        let block = write_block(&value, Vec::new()).unwrap();
        let mut memory = Aligned::copy(&block);
        assert!(value_of::<String>(memory.bytes()).as_ref() == Some(&value), "{length}");
        if length > 8 {
            assert!(value_of::<String>(&mut memory.bytes()[..block.len() - 1]).is_none());
        }
    }
}
