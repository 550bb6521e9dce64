//! The byte becomes an enum only where it is one.
//@ check-pass
// ANCHOR: all
#[derive(Clone, Copy, Debug)]
enum Unit {
    Celsius,
    Kelvin,
}

impl TryFrom<u8> for Unit {
    type Error = u8;

    fn try_from(byte: u8) -> Result<Self, u8> {
        match byte {
            0 => Ok(Self::Celsius),
            1 => Ok(Self::Kelvin),
            _ => Err(byte),
        }
    }
}

fn main() {
    for byte in [0_u8, 1, 2] {
        println!("{byte}: {:?}", Unit::try_from(byte));
    }
}
// ANCHOR_END: all
