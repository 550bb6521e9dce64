//! The traits that make a number pleasant to use: order by value, text in both directions.
//@ check-pass
// ANCHOR: all
use std::cmp::Ordering;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Integer {
    negative: bool,
    magnitude: u128,
}

impl Integer {
    fn new(negative: bool, magnitude: u128) -> Self {
        Integer { negative: negative && magnitude != 0, magnitude }
    }
}

// ANCHOR: traits
impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude.cmp(&other.magnitude),
            (true, true) => other.magnitude.cmp(&self.magnitude),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It knows of width, fill and `+`, so that this type need not.
        f.pad_integral(!self.negative, "", &self.magnitude.to_string())
    }
}

impl FromStr for Integer {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        match text.strip_prefix('-') {
            // A second sign is no digit, but `u128` would take a `+`.
            Some(digits) if !digits.starts_with('+') => Ok(Self::new(true, digits.parse()?)),
            _ => Ok(Self::new(false, text.parse()?)),
        }
    }
}
// ANCHOR_END: traits

fn main() {
    let mut sorted = ["5", "-5", "-0", "-300", "300"].map(|text| text.parse::<Integer>().unwrap());
    sorted.sort();
    for integer in sorted {
        print!("{integer} ");
    }
    println!();
    println!("[{:>6}] [{:06}] [{:+}]", sorted[0], sorted[0], sorted[4]);
    for text in ["", "-", "--5", "-+5", "five"] {
        println!("{text:?}: {:?}", text.parse::<Integer>().map_err(|error| error.to_string()));
    }
}
// ANCHOR_END: all
