//! Bytes of plain records: a mesh of 125,000 vertices of 48 bytes, 6 MB.

use std::hint::black_box;

use bytemuck::{Pod, Zeroable};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const RECORDS: usize = 125_000;

raw_serialise::plain_struct! {
    #[repr(C)]
    #[derive(Clone, Copy, Pod, Zeroable, bincode::Encode, bincode::Decode)]
    struct Vertex {
        position: [f32; 3],
        normal: [f32; 3],
        texture: [f32; 2],
        colour: [u8; 4],
        material: u32,
        reserved: [u8; 8],
    }
}

fn mesh() -> Vec<Vertex> {
    let vertex = |n: u32| Vertex {
        position: [n as f32, 1.0, 2.0],
        normal: [0.0, 1.0, 0.0],
        texture: [0.25, 0.5],
        colour: n.to_le_bytes(),
        material: n % 7,
        reserved: [0; 8],
    };
    (0..RECORDS as u32).map(vertex).collect()
}

/// To a buffer that is there, as a file's would be.
fn write(criterion: &mut Criterion) {
    let mesh = mesh();
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
    group.bench_function("bytemuck", |b| {
        b.iter(|| {
            out.clear();
            out.extend_from_slice(bytemuck::cast_slice(black_box(&mesh)));
        });
    });
    group.bench_function("bincode 2", |b| {
        b.iter(|| {
            out.clear();
            let config = bincode::config::standard();
            bincode::encode_into_std_write(black_box(&mesh), &mut out, config)
        });
    });
    let mut copy = vec![0_u8; size];
    let bytes: &[u8] = bytemuck::cast_slice(&mesh);
    group.bench_function("memcpy, the floor", |b| {
        b.iter(|| copy.copy_from_slice(black_box(bytes)));
    });
    group.finish();
}

/// Into memory of their own.
fn read(criterion: &mut Criterion) {
    let mesh = mesh();
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

criterion_group!(benches, write, read);
criterion_main!(benches);
