//! The byte is checked before it becomes a `Light`.
//@ check-pass
// ANCHOR: all
#[derive(Debug)]
enum Light {
    Red,
    Amber,
    Green,
}

impl TryFrom<u8> for Light {
    type Error = u8;

    fn try_from(byte: u8) -> Result<Self, u8> {
        match byte {
            0 => Ok(Self::Red),
            1 => Ok(Self::Amber),
            2 => Ok(Self::Green),
            other => Err(other),
        }
    }
}

fn main() {
    for from_the_wire in 0..4 {
        println!("{:?}", Light::try_from(from_the_wire));
    }
}
// ANCHOR_END: all
