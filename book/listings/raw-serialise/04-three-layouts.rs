//! The same four fields under three `repr`s.
//@ check-pass
// ANCHOR: all
macro_rules! layouts {
    ($($(#[$repr:meta])* $name:ident)*) => { $(
        $(#[$repr])*
        #[allow(dead_code)] // Only the layout is of interest.
        struct $name { a: u8, b: u64, c: [u8; 7], d: u32 }

        impl $name {
            fn print() {
                println!(
                    "{:<7} a at {:2}, b at {:2}, c at {:2}, d at {:2}: {} bytes, {} of them padding, alignment {}",
                    stringify!($name),
                    std::mem::offset_of!(Self, a),
                    std::mem::offset_of!(Self, b),
                    std::mem::offset_of!(Self, c),
                    std::mem::offset_of!(Self, d),
                    size_of::<Self>(),
                    size_of::<Self>() - 20,
                    align_of::<Self>(),
                );
            }
        }
    )* };
}

layouts! {
    Rust
    #[repr(C)] C
    #[repr(C, packed)] Packed
}

fn main() {
    Rust::print();
    C::print();
    Packed::print();
}
// ANCHOR_END: all
