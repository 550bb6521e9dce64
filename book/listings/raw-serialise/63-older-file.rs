//! The struct got a field more, and the files of last year are read as if they had it.
//@ check-pass
// ANCHOR: all
// ANCHOR: part
/// As it was last year. A record has 16 bytes.
fn write(records: &[(u64, f64)]) -> Vec<u8> {
    records
        .iter()
        .flat_map(|(time, depth)| [time.to_ne_bytes(), depth.to_ne_bytes()])
        .flatten()
        .collect()
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // The fields are read by `Debug`.
struct Reading {
    time: u64,
    depth: f64,
    salt: f64, // New.
}

fn read(file: &[u8]) -> Vec<Reading> {
    let records = file.chunks_exact(size_of::<Reading>());
    // SAFETY: as many bytes as the struct has, and any bytes are a value of it.
    records.map(|bytes| unsafe { bytes.as_ptr().cast::<Reading>().read_unaligned() }).collect()
}

fn main() {
    let file = write(&[(1_701_388_800, 12.5), (1_701_388_810, 12.75), (1_701_388_820, 13.0)]);
    for reading in read(&file) {
        println!("{reading:?}");
    }
}
// ANCHOR_END: part
// ANCHOR_END: all
