//! A padded value written into a buffer of bytes takes some of them away.
// ANCHOR: all
#[repr(C)]
struct Padded {
    a: u8,
    b: u16,
}

fn main() {
    let mut memory = [0_u16; 2];
    let value = Padded { a: 1, b: 0x0202 };
    unsafe { memory.as_mut_ptr().cast::<Padded>().write(value) };

    // Safe code from here on, on memory that was initialised.
    println!("{}", memory[1]);
    let first = memory[0]; //~ ERROR: memory is uninitialized
    println!("{first}");
}
// ANCHOR_END: all
