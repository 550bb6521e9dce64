//! The data sets: a million values each, the same in every run.
//!
//! | name | definition |
//! |---|---|
//! | `uniform u32`, `uniform u64` | every value is equally likely |
//! | `0..=127` | the values that take one byte in every format, equally likely |
//! | `log-uniform u32`, `u64`, `u128` | the width is drawn first, uniform in `0..=BITS`; then a value of exactly that width, uniform |
//! | `Zipf widths`, `Zipf widths u32` | the same with width w, `1..=BITS`, as likely as 1/w |
//! | `gaps` | geometric with mean 300: the distance from one event to the next when each moment has one with probability 1/301 |
//! | `clustered sorted` | 2^20 distinct numbers below 2^29 that stand in clusters, sorted (Anh and Moffat, "Index compression using 64-bit words", 2010) |
//! | `clustered gaps` | the distances between those; the first from 0 |
//! | `timestamps` | microseconds since 1970: a tick each millisecond, each late or early by up to 250 µs, uniform |
//! | `timestamp differences` | the distances between those, signed; the first is 0 |
//! | `90 % zeros`, `90 % zeros u32` | 0 with probability 9/10, else log-uniform |
//! | `small signed` | the difference of two geometric numbers with mean 20: two-sided geometric around 0 |
//!
//! Fewer values, repeated, would teach the branch predictor their lengths.

// Each program uses the types that it is about.
#![allow(dead_code)]

/// How many values a data set has.
pub(crate) const VALUES: usize = 1 << 20;

/// A data set: its name and its values.
pub(crate) type Set<T> = (&'static str, Vec<T>);

/// Numbers in 32 bits.
pub(crate) fn u32_sets() -> Vec<Set<u32>> {
    let clustered = clustered();
    let gaps = differences(&clustered, |a, b| a - b, 0);
    vec![
        ("uniform u32", draw(|r| r.next() as u32)),
        ("clustered sorted", clustered),
        ("clustered gaps", gaps),
    ]
}

/// More of them, which one value at a time sees in 64 bits.
pub(crate) fn more_u32_sets() -> Vec<Set<u32>> {
    vec![
        ("0..=127 u32", draw(|r| r.below(128) as u32)),
        ("gaps u32", draw(|r| r.geometric(300.0) as u32)),
        ("log-uniform u32", draw(|r| r.of_width(u32::BITS) as u32)),
        ("Zipf widths u32", zipf_widths(u32::BITS).into_iter().map(|v| v as u32).collect()),
        ("90 % zeros u32", draw(|r| r.mostly_zero(u32::BITS) as u32)),
    ]
}

/// Numbers in 64 bits.
pub(crate) fn u64_sets() -> Vec<Set<u64>> {
    vec![
        ("log-uniform u64", draw(|r| r.of_width(u64::BITS) as u64)),
        ("uniform u64", draw(Random::next)),
        ("timestamps", timestamps()),
        ("90 % zeros", draw(|r| r.mostly_zero(u64::BITS))),
    ]
}

/// More of them, which whole slices see in 32 bits.
pub(crate) fn more_u64_sets() -> Vec<Set<u64>> {
    vec![
        ("0..=127", draw(|r| r.below(128))),
        ("gaps", draw(|r| r.geometric(300.0))),
        ("Zipf widths", zipf_widths(u64::BITS)),
    ]
}

/// Signed numbers.
pub(crate) fn i64_sets() -> Vec<Set<i64>> {
    let timestamps = timestamps();
    vec![
        (
            "timestamp differences",
            differences(&timestamps, |a, b| a as i64 - b as i64, timestamps[0]),
        ),
        ("small signed", draw(|r| r.geometric(20.0) as i64 - r.geometric(20.0) as i64)),
    ]
}

/// Numbers that need 128 bits.
pub(crate) fn u128_sets() -> Vec<Set<u128>> {
    vec![("log-uniform u128", draw(|r| r.of_width(u128::BITS)))]
}

fn draw<T>(mut value: impl FnMut(&mut Random) -> T) -> Vec<T> {
    let mut random = Random::new();
    (0..VALUES).map(|_| value(&mut random)).collect()
}

fn differences<T: Copy, D>(values: &[T], minus: impl Fn(T, T) -> D, before: T) -> Vec<D> {
    let before = std::iter::once(before).chain(values.iter().copied());
    values.iter().zip(before).map(|(value, before)| minus(*value, before)).collect()
}

fn zipf_widths(bits: u32) -> Vec<u64> {
    // The widths up to w have the weight 1 + 1/2 + .. + 1/w.
    let mut weight = 0.0;
    let up_to: Vec<f64> = (1..=bits)
        .map(|width| {
            weight += 1.0 / f64::from(width);
            weight
        })
        .collect();
    draw(|r| {
        let drawn = r.unit() * weight;
        let shorter = up_to.iter().take_while(|up_to| **up_to <= drawn).count() as u32;
        r.exactly(1 + shorter.min(bits - 1)) as u64
    })
}

fn timestamps() -> Vec<u64> {
    let mut tick = 1_700_000_000_000_000;
    draw(|r| {
        tick += 1000;
        tick - 250 + r.below(501)
    })
}

fn clustered() -> Vec<u32> {
    let mut values = Vec::with_capacity(VALUES);
    cluster(&mut Random::new(), VALUES, 0, 1 << 29, &mut values);
    values
}

/// Append `count` distinct numbers of `from..to`, sorted. The list and the range are each cut in
/// two at random places; with probability 1/4 the left part is uniform, with 1/4 the right one,
/// and what is not uniform is cut again.
fn cluster(random: &mut Random, count: usize, from: u64, to: u64, out: &mut Vec<u32>) {
    let range = to - from;
    if count <= 10 || range == count as u64 {
        return uniform(random, count, from, to, out);
    }
    let left = count / 2;
    // Both parts keep room for their numbers.
    let cut = from + left as u64 + random.below(range - count as u64);
    let kind = random.below(4);
    let part = |uniform_here| if uniform_here { uniform } else { cluster };
    part(kind == 0)(random, left, from, cut, out);
    part(kind == 1)(random, count - left, cut, to, out);
}

/// Append `count` distinct numbers of `from..to`, sorted, every choice equally likely.
fn uniform(random: &mut Random, count: usize, from: u64, to: u64, out: &mut Vec<u32>) {
    if count as u64 * 4 > to - from {
        // Crowded: ask each number whether it is one of those still wanted.
        let mut wanted = count as u64;
        for number in from..to {
            if random.below(to - number) < wanted {
                out.push(number as u32);
                wanted -= 1;
            }
        }
        return;
    }
    let mut drawn = std::collections::BTreeSet::new();
    while drawn.len() < count {
        drawn.insert((from + random.below(to - from)) as u32);
    }
    out.extend(drawn);
}

/// xorshift64*, always from the same seed.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(0x1234_5678_9ABC_DEF1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Uniform in `0..end`, as near as 64 bits go.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// Uniform in 0.0..1.0.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform among the values of exactly this width; of width 0 there is only 0.
    fn exactly(&mut self, width: u32) -> u128 {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        if width == 0 { 0 } else { (bits | 1 << 127) >> (128 - width) }
    }

    /// Log-uniform: the width is uniform in `0..=bits`.
    fn of_width(&mut self, bits: u32) -> u128 {
        let width = self.below(u64::from(bits) + 1) as u32;
        self.exactly(width)
    }

    fn mostly_zero(&mut self, bits: u32) -> u64 {
        if self.below(10) < 9 { 0 } else { self.of_width(bits) as u64 }
    }

    /// How many failures come before the first success, `mean` on average.
    fn geometric(&mut self, mean: f64) -> u64 {
        let failure = mean / (mean + 1.0);
        ((1.0 - self.unit()).ln() / failure.ln()) as u64
    }
}
