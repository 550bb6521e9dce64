//! How the files of the corpus are made: of values that are written, and then changed where it hurts.

mod archives;
mod blocks;
mod values;

use raw_serialise::schema::{ByteOrder, Event, Schema, Value, Walk, What};
use raw_serialise::{Serialise, write_block};

use super::targets::SUBJECTS;

/// An input for one target.
#[derive(Debug)]
pub struct Crafted {
    /// Which.
    pub target: &'static str,
    /// How its file is called.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

/// All of them.
pub fn crafted() -> Vec<Crafted> {
    let mut all = Vec::new();
    let mut add = |target, name: &str, bytes: Vec<u8>| {
        all.push(Crafted { target, name: name.to_owned(), bytes });
    };
    values::add(&mut add);
    blocks::add(&mut add);
    archives::add(&mut add);
    all
}

/// Where crafted inputs go: target, name, bytes.
type Add<'a> = dyn FnMut(&'static str, &str, Vec<u8>) + 'a;

/// The byte that chooses a type.
fn choice(subject: &str) -> u8 {
    SUBJECTS.iter().position(|it| it.name == subject).unwrap() as u8
}

fn block(value: &impl Serialise) -> Vec<u8> {
    write_block(value, Vec::new()).unwrap()
}

/// With other bytes at a place.
fn with(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

/// With another number at a place, in the byte order of this machine.
fn word(bytes: Vec<u8>, at: usize, word: u32) -> Vec<u8> {
    with(bytes, at, &word.to_ne_bytes())
}

/// As a machine of the other byte order would have written it.
fn swapped(schema: &Schema, block: &[u8]) -> Vec<u8> {
    let mut swapped = block.to_vec();
    for event in Walk::new(schema, ByteOrder::NATIVE, block, 1) {
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
