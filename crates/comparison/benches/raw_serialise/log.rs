//! A log: records with strings, of the shape that the benchmark suite `rust_serialization_benchmark`
//! made common.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use raw_serialise::{Archive, Builder, Checksums, Deserialise, Plain, Serialise};

const RECORDS: usize = 10_000;

#[repr(C)]
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Plain,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub(crate) struct Address {
    x0: u8,
    x1: u8,
    x2: u8,
    x3: u8,
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialise,
    Deserialise,
    bincode::Encode,
    bincode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub(crate) struct Log {
    address: Address,
    identity: String,
    userid: String,
    date: String,
    request: String,
    code: u16,
    size: u64,
}

/// Xorshift64* (Vigna, 2016), from a seed that is always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

fn log() -> Vec<Log> {
    const USERS: [&str; 9] =
        ["-", "alice", "bob", "carmen", "david", "eric", "frank", "george", "harry"];
    const MONTHS: [&str; 6] = ["Jan", "Mar", "May", "Jul", "Sep", "Nov"];
    const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
    const PATHS: [&str; 8] = [
        "/favicon.ico",
        "/css/index.css",
        "/css/font-awsome.min.css",
        "/img/logo-full.svg",
        "/img/splash.jpg",
        "/api/login",
        "/api/logout",
        "/blog/2024/01/07/adventures-in-binary-serialisation",
    ];
    const CODES: [u16; 8] = [200, 200, 200, 204, 301, 400, 404, 500];
    let mut random = Random(0x5eed_0123_4567_89ab);
    let record = |_| {
        let mut byte = || random.below(256) as u8;
        let address = Address { x0: byte(), x1: byte(), x2: byte(), x3: byte() };
        Log {
            address,
            identity: "-".into(),
            userid: random.one_of(&USERS).into(),
            date: format!(
                "{:02}/{}/{}:{:02}:{:02}:{:02} +0000",
                1 + random.below(28),
                random.one_of(&MONTHS),
                1970 + random.below(55),
                random.below(24),
                random.below(60),
                random.below(60)
            ),
            request: format!(
                "{} {}{} HTTP/{}.0",
                random.one_of(&METHODS),
                random.one_of(&PATHS),
                random.one_of(&["", "?page=1", "?page=2&sort=date"]),
                1 + random.below(2)
            ),
            code: CODES[random.below(8) as usize],
            size: random.below(100_000_000),
        }
    };
    (0..RECORDS).map(record).collect()
}

type RkyvLog = rkyv::Archived<Vec<Log>>;

/// To memory that is there already.
pub(crate) fn serialise(criterion: &mut Criterion) {
    let log = log();
    let mut group = criterion.benchmark_group("raw-serialise/serialise a record with strings");
    group.throughput(Throughput::Elements(RECORDS as u64));
    let mut out = Vec::with_capacity(4 << 20);
    group.bench_function("raw-serialise", |b| {
        b.iter(|| {
            out = raw_serialise::write_block(black_box(&log), std::mem::take(&mut out))
                .unwrap_or_default();
        });
    });
    let mut file = Vec::with_capacity(4 << 20);
    group.bench_function("raw-serialise, archive with checksum", |b| {
        b.iter(|| {
            file.clear();
            Builder::new().section("log", black_box(&log)).write_to(&mut file)
        });
    });
    let mut aligned = rkyv::util::AlignedVec::<16>::with_capacity(4 << 20);
    group.bench_function("rkyv", |b| {
        b.iter(|| {
            aligned.clear();
            let writer = std::mem::take(&mut aligned);
            aligned =
                rkyv::api::high::to_bytes_in::<_, rkyv::rancor::Error>(black_box(&log), writer)
                    .unwrap_or_default();
        });
    });
    group.bench_function("bincode 2", |b| {
        b.iter(|| {
            file.clear();
            let config = bincode::config::standard();
            bincode::encode_into_std_write(black_box(&log), &mut file, config)
        });
    });
    group.finish();
}

/// In place, with all bytes checked.
pub(crate) fn access(criterion: &mut Criterion) {
    let log = log();
    let mut group = criterion.benchmark_group("raw-serialise/check a record with strings");
    group.throughput(Throughput::Elements(RECORDS as u64));
    let Ok(archive) = Builder::new().section("log", &log).build() else { return };
    for (name, checksums) in
        [("raw-serialise", Checksums::Manual), ("raw-serialise, checksum too", Checksums::Lazy)]
    {
        group.bench_function(name, |b| {
            b.iter(|| {
                let archive =
                    Archive::from_bytes_with(black_box(archive.bytes()), checksums).ok()?;
                Some(archive.get::<Vec<Log>>("log").ok()?.len())
            });
        });
    }
    let rkyv = rkyv::to_bytes::<rkyv::rancor::Error>(&log).unwrap_or_default();
    group.bench_function("rkyv", |b| {
        b.iter(|| {
            rkyv::access::<RkyvLog, rkyv::rancor::Error>(black_box(&rkyv)).map(|log| log.len()).ok()
        });
    });
    group.finish();
}

/// Each field of each record, without a check.
pub(crate) fn traverse(criterion: &mut Criterion) {
    let log = log();
    let mut group =
        criterion.benchmark_group("raw-serialise/read all fields of a record, unchecked");
    group.throughput(Throughput::Elements(RECORDS as u64));
    let Ok(archive) = Builder::new().section("log", &log).build() else { return };
    group.bench_function("raw-serialise", |b| {
        b.iter(|| {
            // SAFETY: built from a value just now.
            let Ok(log) = (unsafe { black_box(&archive).get_unchecked::<Vec<Log>>("log") }) else {
                return 0;
            };
            log.iter().fold(0_u64, |sum, log| {
                let address = log.address();
                black_box(sum)
                    + u64::from(address.x0 ^ address.x1 ^ address.x2 ^ address.x3)
                    + (log.identity().len() + log.userid().len()) as u64
                    + (log.date().len() + log.request().len()) as u64
                    + u64::from(log.code())
                    + log.size()
            })
        });
    });
    let rkyv = rkyv::to_bytes::<rkyv::rancor::Error>(&log).unwrap_or_default();
    group.bench_function("rkyv", |b| {
        b.iter(|| {
            // SAFETY: made from a value just now.
            let log = unsafe { rkyv::access_unchecked::<RkyvLog>(black_box(&rkyv)) };
            log.iter().fold(0_u64, |sum, log| {
                let address = &log.address;
                black_box(sum)
                    + u64::from(address.x0 ^ address.x1 ^ address.x2 ^ address.x3)
                    + (log.identity.len() + log.userid.len()) as u64
                    + (log.date.len() + log.request.len()) as u64
                    + u64::from(log.code.to_native())
                    + log.size.to_native()
            })
        });
    });
    group.finish();
}

/// Values of the program's own, from bytes that are checked.
pub(crate) fn deserialise(criterion: &mut Criterion) {
    let log = log();
    let mut group =
        criterion.benchmark_group("raw-serialise/make owned values of a record with strings");
    group.throughput(Throughput::Elements(RECORDS as u64));
    let Ok(archive) = Builder::new().section("log", &log).build() else { return };
    group.bench_function("raw-serialise", |b| {
        b.iter(|| {
            let archive =
                Archive::from_bytes_with(black_box(archive.bytes()), Checksums::Manual).ok()?;
            Vec::<Log>::deserialise(archive.get::<Vec<Log>>("log").ok()?).ok()
        });
    });
    let rkyv = rkyv::to_bytes::<rkyv::rancor::Error>(&log).unwrap_or_default();
    group.bench_function("rkyv", |b| {
        b.iter(|| rkyv::from_bytes::<Vec<Log>, rkyv::rancor::Error>(black_box(&rkyv)));
    });
    let config = bincode::config::standard();
    let encoded = bincode::encode_to_vec(&log, config).unwrap_or_default();
    group.bench_function("bincode 2", |b| {
        b.iter(|| bincode::decode_from_slice::<Vec<Log>, _>(black_box(&encoded), config));
    });
    group.finish();
}

/// Not a time: how large the files are.
pub(crate) fn sizes(_: &mut Criterion) {
    let log = log();
    let ours = Builder::new().section("log", &log).build().map_or(0, |it| it.bytes().len());
    let rkyv = rkyv::to_bytes::<rkyv::rancor::Error>(&log).map_or(0, |it| it.len());
    let bincode =
        bincode::encode_to_vec(&log, bincode::config::standard()).map_or(0, |it| it.len());
    println!("the log's size in bytes: raw-serialise {ours}, rkyv {rkyv}, bincode 2 {bincode}");
}
