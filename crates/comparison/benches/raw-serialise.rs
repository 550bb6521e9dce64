//! Bytes of records beside bytemuck, zerocopy, rkyv and bincode 2: a mesh of 125,000 plain records of
//! 48 bytes, and a log of 10,000 records with strings.
#![allow(missing_docs)] // Of what the derives of the peers make.

use criterion::{criterion_group, criterion_main};

#[path = "raw_serialise/log.rs"]
mod log;
#[path = "raw_serialise/mesh.rs"]
mod mesh;

criterion_group!(
    benches,
    mesh::write,
    mesh::read,
    mesh::view,
    mesh::open,
    log::serialise,
    log::access,
    log::traverse,
    log::deserialise,
    log::sizes
);
criterion_main!(benches);
