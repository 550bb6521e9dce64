//! A mesh: plain records of 48 bytes, 6 MB.

use std::hint::black_box;

use bytemuck::{Pod, Zeroable};
use criterion::{Criterion, Throughput};
use raw_serialise::{Archive, Builder, Checksums, Plain};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

const RECORDS: usize = 125_000;

#[repr(C)]
#[derive(
    Clone,
    Copy,
    Debug,
    Plain,
    Pod,
    Zeroable,
    FromBytes,
    IntoBytes,
    Immutable,
    KnownLayout,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
struct Vertex {
    position: [f32; 3],
    normal: [f32; 3],
    texture: [f32; 2],
    colour: [u8; 4],
    material: u32,
    reserved: [u8; 8],
}

fn mesh(records: usize) -> Vec<Vertex> {
    let vertex = |n: u32| Vertex {
        position: [n as f32, 1.0, 2.0],
        normal: [0.0, 1.0, 0.0],
        texture: [0.25, 0.5],
        colour: n.to_le_bytes(),
        material: n % 7,
        reserved: [0; 8],
    };
    (0..records as u32).map(vertex).collect()
}

/// To a buffer that is there, as a file's would be.
pub(crate) fn write(criterion: &mut Criterion) {
    let mesh = mesh(RECORDS);
    let size = size_of_val(mesh.as_slice());
    let mut out = Vec::with_capacity(2 * size);
    let mut group = criterion.benchmark_group("raw-serialise/write a record of 48 bytes");
    group.throughput(Throughput::Elements(RECORDS as u64));
    group.bench_function("raw-serialise", |b| {
        b.iter(|| {
            out.clear();
            raw_serialise::write_slice_to(black_box(&mesh), &mut out)
        });
    });
    group.bench_function("raw-serialise, archive with checksum", |b| {
        b.iter(|| {
            out.clear();
            Builder::new().borrow("mesh", black_box(&mesh)).write_to(&mut out)
        });
    });
    group.bench_function("bytemuck", |b| {
        b.iter(|| {
            out.clear();
            out.extend_from_slice(bytemuck::cast_slice(black_box(&mesh)));
        });
    });
    group.bench_function("zerocopy", |b| {
        b.iter(|| {
            out.clear();
            out.extend_from_slice(black_box(mesh.as_slice()).as_bytes());
        });
    });
    group.bench_function("bincode 2", |b| {
        b.iter(|| {
            out.clear();
            let config = bincode::config::standard();
            bincode::encode_into_std_write(black_box(&mesh), &mut out, config)
        });
    });
    let mut aligned = rkyv::util::AlignedVec::<16>::with_capacity(2 * size);
    group.bench_function("rkyv", |b| {
        b.iter(|| {
            aligned.clear();
            let writer = std::mem::take(&mut aligned);
            aligned =
                rkyv::api::high::to_bytes_in::<_, rkyv::rancor::Error>(black_box(&mesh), writer)
                    .unwrap_or_default();
        });
    });
    let mut copy = vec![0_u8; size];
    let bytes: &[u8] = bytemuck::cast_slice(&mesh);
    group.bench_function("floor, memcpy", |b| {
        b.iter(|| copy.copy_from_slice(black_box(bytes)));
    });
    group.finish();
}

/// Into memory of their own.
pub(crate) fn read(criterion: &mut Criterion) {
    let mesh = mesh(RECORDS);
    let bytes = raw_serialise::bytes_of_slice(&mesh);
    let config = bincode::config::standard();
    let encoded = bincode::encode_to_vec(&mesh, config).unwrap_or_default();
    let mut group =
        criterion.benchmark_group("raw-serialise/read a record of 48 bytes into a new Vec");
    group.throughput(Throughput::Elements(RECORDS as u64));
    group.bench_function("raw-serialise", |b| {
        b.iter(|| raw_serialise::vec_from_bytes::<Vertex>(black_box(bytes)));
    });
    group.bench_function("raw-serialise, from a reader", |b| {
        b.iter(|| raw_serialise::read_vec_from::<Vertex>(black_box(bytes), RECORDS));
    });
    group.bench_function("bytemuck", |b| {
        b.iter(|| bytemuck::pod_collect_to_vec::<u8, Vertex>(black_box(bytes)));
    });
    group.bench_function("bincode 2", |b| {
        b.iter(|| bincode::decode_from_slice::<Vec<Vertex>, _>(black_box(&encoded), config));
    });
    group.finish();
}

/// In place: what it takes until the first record can be looked at.
pub(crate) fn view(criterion: &mut Criterion) {
    let mesh = mesh(RECORDS);
    let rkyv = rkyv::to_bytes::<rkyv::rancor::Error>(&mesh).unwrap_or_default();
    let bytes = raw_serialise::bytes_of_slice(&mesh);
    let mut group = criterion.benchmark_group("raw-serialise/see 6 MB of bytes as records");
    group.throughput(Throughput::Elements(1));
    group.bench_function("raw-serialise", |b| {
        b.iter(|| {
            raw_serialise::slice_from_bytes::<Vertex>(black_box(bytes)).map(|it| it[0].material)
        });
    });
    group.bench_function("bytemuck", |b| {
        b.iter(|| {
            bytemuck::try_cast_slice::<u8, Vertex>(black_box(bytes)).map(|it| it[0].material)
        });
    });
    group.bench_function("zerocopy", |b| {
        b.iter(|| <[Vertex]>::ref_from_bytes(black_box(bytes)).map(|it| it[0].material).ok());
    });
    group.bench_function("rkyv", |b| {
        b.iter(|| {
            rkyv::access::<rkyv::Archived<Vec<Vertex>>, rkyv::rancor::Error>(black_box(&rkyv))
                .map(|it| it[0].material.to_native())
        });
    });
    group.finish();
}

/// The same from a file that says what it is, whose schema is compared; its checksum is not verified.
pub(crate) fn open(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("raw-serialise/open an archive and see its records");
    group.throughput(Throughput::Elements(1));
    for (records, name) in
        [(RECORDS, "raw-serialise, 6 MB"), (RECORDS / 1_000, "raw-serialise, 6 kB")]
    {
        let Ok(archive) = Builder::new().borrow("mesh", &mesh(records)).build() else { return };
        group.bench_function(name, |b| {
            b.iter(|| {
                let archive =
                    Archive::from_bytes_with(black_box(archive.bytes()), Checksums::Manual).ok()?;
                Some(archive.get::<[Vertex]>("mesh").ok()?.first()?.material)
            });
        });
    }
    group.finish();
}
