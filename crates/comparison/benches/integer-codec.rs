//! One u64 at a time, over a million of them.

use criterion::{Criterion, criterion_group, criterion_main};

use formats::*;
use one_value::{contestants, measure};

#[path = "integer_codec/data.rs"]
mod data;
#[path = "integer_codec/formats.rs"]
mod formats;
#[path = "integer_codec/one_value.rs"]
mod one_value;
#[path = "integer_codec/sum.rs"]
mod sum;

fn run(criterion: &mut Criterion) {
    let contestants = contestants![
        IntegerCodec,
        IntegerCodecMany,
        IntegerCodecNarrow,
        IntegerCodecOrdered,
        Leb128,
        IntegerEncoding,
        Prost,
        Vu128,
        Bincode,
        Postcard,
        #[cfg(target_arch = "x86_64")]
        VarintSimd,
    ];
    let sets = [data::more_u64_sets(), data::u64_sets()].concat();
    measure(criterion, &sets, contestants);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).nresamples(2000);
    targets = run
}
criterion_main!(benches);
