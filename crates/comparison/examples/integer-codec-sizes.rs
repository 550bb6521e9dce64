//! How many bytes a value takes, for each format and each data set of the benchmarks. It needs no
//! quiet machine: the figures are the same on each.
//!
//! ```text
//! cargo run --release -p comparison --example integer-codec-sizes
//! ```

use bitpacking::{BitPacker4x, BitPacker8x};

use blocks::Blocks;
use data::Set;
use formats::Format;
use sum::Sum;

#[path = "../benches/integer_codec/blocks.rs"]
mod blocks;
#[path = "../benches/integer_codec/data.rs"]
mod data;
#[path = "../benches/integer_codec/formats.rs"]
mod formats;
#[path = "../benches/integer_codec/sum.rs"]
mod sum;

/// A format's name, and how many bytes it makes of the values.
type Size<T> = (&'static str, fn(&[T]) -> usize);

fn one_value<T: Sum, F: Format<T>>() -> Size<T> {
    (F::NAME, |values| F::encode(values, &mut Vec::new()))
}

fn block<T, B: Blocks<T>>() -> Size<T> {
    (B::NAME, |values| B::encode(values, &mut Vec::new()))
}

/// A table: the formats are the columns.
fn print<T>(title: &str, sets: &[Set<T>], formats: &[Size<T>]) {
    let first = sets.iter().map(|(set, _)| set.len()).max().unwrap_or(0).max(title.len());
    print!("{title:first$}");
    formats.iter().for_each(|(format, _)| print!("  {format}"));
    println!();
    for (set, values) in sets {
        print!("{set:first$}");
        for (format, size) in formats {
            let bytes = size(values) as f64 / values.len() as f64;
            print!("  {bytes:>width$.3}", width = format.len());
        }
        println!();
    }
    println!();
}

/// The formats for up to 64 bits, one value at a time.
macro_rules! up_to_64_bits {
    () => {
        [
            one_value::<_, formats::IntegerCodec>(),
            one_value::<_, formats::IntegerCodecNarrow>(),
            one_value::<_, formats::IntegerCodecOrdered>(),
            one_value::<_, formats::Leb128>(),
            one_value::<_, formats::Prost>(),
            one_value::<_, formats::Vu128>(),
            one_value::<_, formats::Bincode>(),
        ]
    };
}

fn main() {
    println!("Bytes a value. integer-encoding, postcard and varint-simd are as prost.\n");
    print("one u32", &data::u32_sets(), &up_to_64_bits!());
    let u64_sets = [data::more_u64_sets(), data::u64_sets()].concat();
    print("one u64", &u64_sets, &up_to_64_bits!());
    print("one i64", &data::i64_sets(), &up_to_64_bits!());
    print(
        "one u128",
        &data::u128_sets(),
        &[
            one_value::<_, formats::IntegerCodec>(),
            one_value::<_, formats::IntegerCodecOrdered>(),
            one_value::<_, formats::Vu128>(),
            one_value::<_, formats::Bincode>(),
            one_value::<_, formats::Postcard>(),
        ],
    );

    let of_32_bits = [
        block::<_, blocks::IntegerCodec>(),
        block::<_, blocks::IntegerCodecDelta>(),
        block::<_, blocks::StreamVbyte<stream_vbyte::scalar::Scalar, stream_vbyte::scalar::Scalar>>(
        ),
        block::<_, blocks::Bitpacking<BitPacker4x>>(),
        block::<_, blocks::Bitpacking<BitPacker8x>>(),
    ];
    let (sorted, others): (Vec<_>, Vec<_>) =
        data::u32_sets().into_iter().partition(|(_, values)| values.is_sorted());
    let sorted_only = [
        block::<_, blocks::BitpackingSorted<BitPacker4x>>(),
        block::<_, blocks::BitpackingSorted<BitPacker8x>>(),
    ];
    print("block of u32", &data::more_u32_sets(), &of_32_bits);
    print("block of u32", &others, &of_32_bits);
    print("block of u32", &sorted, &[&of_32_bits[..], &sorted_only].concat());
    print(
        "block of u64",
        &data::u64_sets(),
        &[block::<_, blocks::IntegerCodec>(), block::<_, blocks::IntegerCodecDelta>()],
    );
    print(
        "block of i64",
        &data::i64_sets(),
        &[block::<_, blocks::IntegerCodec>(), block::<_, blocks::IntegerCodecDelta>()],
    );
}
