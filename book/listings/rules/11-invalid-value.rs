//! A byte that is no variant of the enum.
// ANCHOR: all
#[derive(Debug)]
#[repr(u8)]
enum Light {
    Red = 0,
    Amber = 1,
    Green = 2,
}

fn main() {
    println!("{:?} {:?} {:?}", Light::Red, Light::Amber, Light::Green);
    let from_the_wire = 3_u8;
    let light: Light = unsafe { std::mem::transmute(from_the_wire) }; //~ ERROR: expected a valid enum tag
    println!("{light:?}");
}
// ANCHOR_END: all
