//! A property test finds what examples do not, if its values are the right ones.
//@ check-pass
// ANCHOR: all
const LIMIT: u8 = 247;

fn bytes_used(n: u64) -> usize {
    n.to_le_bytes().iter().rposition(|&byte| byte != 0).map_or(1, |last| last + 1)
}

// ANCHOR: encode
fn encode(n: u64) -> Vec<u8> {
    let bytes_used = bytes_used(n);
    if bytes_used == 1 {
        return vec![n as u8]; // one byte is one byte, surely?
    }
    let mut output = vec![LIMIT + bytes_used as u8];
    output.extend(&n.to_le_bytes()[..bytes_used]);
    output
}
// ANCHOR_END: encode

fn decode(bytes: &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    if first <= LIMIT {
        return Some(u64::from(first));
    }
    let bytes_used = usize::from(first - LIMIT);
    let mut content = [0; 8];
    content[..bytes_used].copy_from_slice(rest.get(..bytes_used)?);
    Some(u64::from_le_bytes(content))
}

// ANCHOR: test
/// Splitmix64 (Steele, Lea and Flood, 2014): the same values on every run.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// First a width, then a number of that width: small ones are as likely as large ones.
    fn by_width(&mut self) -> u64 {
        let shift = self.uniform() % 64;
        self.uniform() >> shift
    }
}

fn holds(n: u64) -> bool {
    decode(&encode(n)) == Some(n)
}

/// A smaller value that still fails, as long as there is one.
fn shrink(mut n: u64) -> u64 {
    while let Some(smaller) = [n / 2, n.saturating_sub(1)].into_iter().find(|&n| !holds(n)) {
        n = smaller;
    }
    n
}

fn check(name: &str, mut next: impl FnMut() -> u64) {
    for tried in 1..=300 {
        let n = next();
        if !holds(n) {
            println!("{name}: value {tried}, {n}, fails; the smallest such is {}", shrink(n));
            return;
        }
    }
    println!("{name}: 300 values hold");
}

fn main() {
    let mut random = Random(1);
    check("uniform", || random.uniform());
    check("by width", || random.by_width());
    assert!(!holds(248)); // what the test found
}
// ANCHOR_END: test
// ANCHOR_END: all
