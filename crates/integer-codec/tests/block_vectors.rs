//! Blocks that are kept, `blocks.txt`, and blocks of every kind for a decoder in another language.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used)]

use std::fmt::{Display, Write as _};

use integer_codec::block::{Codec, Element, Transform};

const KEPT: &str = include_str!("../blocks.txt");

fn line<E: Element + Display>(kind: &str, codec: Codec, values: &[E]) -> String {
    let mut bytes = Vec::new();
    codec.encode(values, &mut bytes);
    let mut line = format!("{kind} ");
    for byte in bytes {
        write!(line, "{byte:02x}").unwrap();
    }
    for value in values {
        write!(line, " {value}").unwrap();
    }
    line
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn check<E: Element + std::str::FromStr>(block: &[u8], values: &[&str]) {
    let mut decoded = Vec::<E>::new();
    assert_eq!(Codec::new().decode(block, &mut decoded), Ok(block.len()));
    let expected = values.iter().map(|it| it.parse().ok().unwrap()).collect::<Vec<E>>();
    assert_eq!(decoded, expected);
}

/// Every later version reads what an earlier one wrote.
#[test]
fn kept_blocks_are_read() {
    let mut lines = 0;
    for line in KEPT.lines().filter(|it| !it.starts_with('#') && !it.is_empty()) {
        let mut words = line.split(' ');
        let (kind, block) = (words.next().unwrap(), bytes(words.next().unwrap()));
        let values = words.collect::<Vec<_>>();
        match kind {
            "u32" => check::<u32>(&block, &values),
            "u64" => check::<u64>(&block, &values),
            "i64" => check::<i64>(&block, &values),
            _ => panic!("{kind} is no type of a block"),
        }
        lines += 1;
    }
    assert!(lines >= 10, "only {lines} blocks are kept");
}

/// Lists that make each transform and each layout worth choosing.
fn lists(n: u64) -> [Vec<u64>; 6] {
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        state ^ state >> 33
    };
    let mut list = |f: &dyn Fn(u64, u64) -> u64| (0..n).map(|i| f(i, random())).collect();
    [
        list(&|_, random| random >> (random % 64)),
        list(&|_, random| random),
        list(&|_, random| if random % 8 == 0 { random >> 20 } else { 0 }),
        list(&|i, random| 1_700_000_000_000_000 + 1000 * i + random % 50),
        list(&|_, random| 4_000_000_000 + random % 200),
        list(&|_, random| random % 200),
    ]
}

/// `tests/blocks.py` was written from the documentation alone.
#[cfg_attr(miri, ignore = "Miri starts no programs")]
#[test]
fn python() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    const SKIP: &str = "INTEGER_CODEC_SKIP_PYTHON";
    if std::env::var_os(SKIP).is_some_and(|value| value != "0") {
        return;
    }
    let mut lines = vec![KEPT.trim_end().to_owned()];
    for n in [0, 1, 2, 3, 5, 64, 1024, 2100] {
        for list in lists(n) {
            for transform in [Transform::Reference, Transform::Delta] {
                for checksum in [false, true] {
                    let codec = Codec::new().transform(transform).checksum(checksum);
                    let narrow = list.iter().map(|&it| it as u32).collect::<Vec<_>>();
                    let signed = list.iter().map(|&it| it as i64).collect::<Vec<_>>();
                    lines.push(line("u32", codec, &narrow));
                    lines.push(line("u64", codec, &list));
                    lines.push(line("i64", codec, &signed));
                }
            }
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/blocks.py");
    let (input, output) = (Stdio::piped(), Stdio::piped());
    let python = Command::new("python3").arg(script).stdin(input).stdout(output).spawn();
    let mut python = python.unwrap_or_else(|error| {
        panic!("this test needs python3 ({error}); to go without it, set {SKIP}=1")
    });
    python.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "the decoder in Python says otherwise");
    let said = String::from_utf8_lossy(&output.stdout);
    let blocks = lines.len() - 1 + KEPT.lines().filter(|it| !it.starts_with('#')).count();
    assert!(said.starts_with(&format!("{blocks} blocks, ")), "{said}");
    let kinds = said.split(' ').nth(2).unwrap().parse::<u32>().unwrap();
    assert!(kinds >= 25, "{said}: not every transform and layout was met");
}
