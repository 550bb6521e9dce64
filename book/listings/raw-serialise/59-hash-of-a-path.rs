//! The name of a type tells where it stands in the program. The file does not care.
//@ check-pass
// ANCHOR: all
#![allow(dead_code)] // Only the names count here.

// ANCHOR: part
mod log {
    pub struct Reading {
        pub time: u64,
        pub depth: f64,
    }
}

mod archive {
    pub mod log {
        // The same, after the module was moved.
        pub struct Reading {
            pub time: u64,
            pub depth: f64,
        }
    }
}

fn fingerprint<T>() -> u128 {
    fnv_1a(std::any::type_name::<T>().as_bytes())
}

fn main() {
    println!("{:032x}  {}", fingerprint::<log::Reading>(), name::<log::Reading>());
    println!(
        "{:032x}  {}",
        fingerprint::<archive::log::Reading>(),
        name::<archive::log::Reading>()
    );
}
// ANCHOR_END: part

fn name<T>() -> &'static str {
    std::any::type_name::<T>()
}

fn fnv_1a(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
// ANCHOR_END: all
