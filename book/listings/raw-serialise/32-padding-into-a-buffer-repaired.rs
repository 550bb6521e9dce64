//! A value without padding initialises every byte that it covers.
//@ check-pass
// ANCHOR: all
#[repr(C)]
struct Filled {
    a: u8,
    _pad: u8,
    b: u16,
}

fn main() {
    let mut memory = [0_u16; 2];
    let value = Filled { a: 1, _pad: 1, b: 0x0202 };
    // SAFETY: both are four bytes of alignment 2, and the struct leaves none of them uninitialised.
    unsafe { memory.as_mut_ptr().cast::<Filled>().write(value) };

    println!("{}", memory[1]);
    let first = memory[0];
    println!("{first}");
}
// ANCHOR_END: all
