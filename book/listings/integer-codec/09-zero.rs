//! A property test that looked away: zero has three forms.
//@ check-pass
// ANCHOR: all
// ANCHOR: type
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign {
    Unsigned,
    Positive,
    Negative,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Integer {
    sign: Sign,
    content: [u8; 8],
    bytes_used: usize,
}

impl Integer {
    fn new(sign: Sign, magnitude: u64) -> Self {
        let content = magnitude.to_le_bytes();
        let last_non_zero = content.iter().rposition(|&byte| byte != 0);
        Integer { sign, content, bytes_used: last_non_zero.unwrap_or(0) + 1 }
    }

    fn serialise(&self) -> Vec<u8> {
        match (self.bytes_used, self.content[0]) {
            (..=1, small @ ..=247) => vec![small],
            (n, _) => [&[247 + n as u8], &self.content[..n]].concat(),
        }
    }

    fn deserialise(bytes: &[u8]) -> Self {
        let mut content = [0; 8];
        if bytes[0] <= 247 {
            content[0] = bytes[0];
            let bytes_used = usize::from(bytes[0] > 0);
            return Integer { sign: Sign::Unsigned, content, bytes_used };
        }
        let bytes_used = usize::from(bytes[0] - 247);
        content[..bytes_used].copy_from_slice(&bytes[1..=bytes_used]);
        Integer { sign: Sign::Unsigned, content, bytes_used }
    }
}
// ANCHOR_END: type

impl From<u8> for Integer {
    fn from(n: u8) -> Self {
        Integer::new(Sign::Unsigned, n.into())
    }
}

impl From<i8> for Integer {
    fn from(n: i8) -> Self {
        let sign = if n < 0 { Sign::Negative } else { Sign::Positive };
        Integer::new(sign, n.unsigned_abs().into())
    }
}

// ANCHOR: test
impl std::str::FromStr for Integer {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "0" {
            return Ok(Integer { sign: Sign::Unsigned, content: [0; 8], bytes_used: 0 });
        }
        Ok(Integer::new(Sign::Unsigned, text.parse()?))
    }
}

fn main() {
    // The property test: every value, by way of text, because text has every type.
    for n in 0..200u64 {
        let integer: Integer = n.to_string().parse().unwrap();
        assert_eq!(Integer::deserialise(&integer.serialise()), integer);
    }
    println!("200 round trips: all equal");

    // What a program does.
    let zero = Integer::from(0u8);
    let back = Integer::deserialise(&zero.serialise());
    println!("before: {zero:?}\nafter:  {back:?}");
    assert_ne!(back, zero, "a zero that is not itself");
    assert_ne!(Integer::from(0u8), Integer::from(0i8), "a zero that is not zero");
}
// ANCHOR_END: test
// ANCHOR_END: all
