//! How deep pointers may be nested: the writer refuses exactly what the reader would.
#![cfg(all(feature = "derive", feature = "std"))]
#![allow(clippy::unwrap_used)]
#![forbid(unsafe_code)]

use raw_serialise::check::MAX_DEPTH;
use raw_serialise::heap::Deferred;
use raw_serialise::{Builder, Serialise, WriteError, write_block};

#[derive(Default, Serialise)]
struct Chain {
    next: Option<Box<Chain>>,
    /// Plain values are leaves: no level of their own.
    numbers: Vec<u32>,
    later: Option<Deferred<Vec<String>>>,
    texts: Vec<String>,
}

/// A chain of so many boxes, with `last` at its end.
fn chain(boxes: u32, last: Chain) -> Chain {
    (0..boxes).fold(last, |next, _| Chain { next: Some(Box::new(next)), ..Chain::default() })
}

fn leaves() -> Chain {
    Chain {
        numbers: vec![1, 2, 3],
        later: Some(Deferred(vec!["a part begins anew".to_owned()])),
        ..Chain::default()
    }
}

#[test]
fn as_deep_as_it_may_be_and_no_deeper() {
    let deepest = chain(MAX_DEPTH, leaves());
    let archive = Builder::new().section("it", &deepest).build().unwrap();
    let mut view = archive.get::<Chain>("it").unwrap();
    while let Some(next) = view.next() {
        view = next;
    }
    assert_eq!(view.numbers().as_slice(), [1, 2, 3]);
    assert_eq!(view.later().unwrap().get().unwrap().get(0), Some("a part begins anew"));

    let deeper = chain(MAX_DEPTH + 1, Chain::default());
    assert_eq!(write_block(&deeper, Vec::new()), Err(WriteError::Depth));
    let texts = Chain { texts: vec![String::new()], ..Chain::default() };
    assert_eq!(write_block(&chain(MAX_DEPTH, texts), Vec::new()), Err(WriteError::Depth));
}

#[derive(Default, Serialise)]
struct Parts {
    next: Option<Deferred<Box<Parts>>>,
}

#[test]
fn parts_within_parts() {
    let parts = |count| {
        (0..count).fold(Parts::default(), |next, _| Parts { next: Some(Deferred(Box::new(next))) })
    };
    let archive = Builder::new().section("it", &parts(MAX_DEPTH)).build().unwrap();
    let opened = archive.open::<Parts>("it").unwrap();
    let mut view = opened.view();
    let mut count = 0;
    while let Some(next) = view.next() {
        view = next.get().unwrap();
        count += 1;
    }
    assert_eq!(count, MAX_DEPTH);
    assert_eq!(write_block(&parts(MAX_DEPTH + 1), Vec::new()), Err(WriteError::Depth));
}
