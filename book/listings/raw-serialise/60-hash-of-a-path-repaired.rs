//! What the bytes mean, as a text: its hash is the same wherever the type stands.
//@ check-pass
// ANCHOR: all
#![allow(dead_code)] // Only the names and places count here.

// ANCHOR: part
/// A field: its name, its type, where it begins, and its size.
type Field = (&'static str, &'static str, usize, usize);

fn schema(fields: &[Field], size: usize) -> String {
    let field = |&(name, kind, at, size): &Field| format!("{at:2} +{size} {name}: {kind}\n");
    fields.iter().map(field).chain([format!("{size} in all\n")]).collect()
}

/// In the crate a derive writes this.
macro_rules! schema_of {
    ($type:ty { $($field:ident: $kind:ty),* }) => {
        schema(
            &[$((
                stringify!($field),
                stringify!($kind),
                std::mem::offset_of!($type, $field),
                size_of::<$kind>(),
            )),*],
            size_of::<$type>(),
        )
    };
}

fn main() {
    let first = schema_of!(log::Reading { time: u64, depth: f64 });
    print!("{first}");
    println!("{:032x}  log", fnv_1a(&first));
    let moved = schema_of!(archive::log::Reading { time: u64, depth: f64 });
    println!("{:032x}  archive::log", fnv_1a(&moved));
    let renamed = schema_of!(renamed::Reading { time: u64, height: f64 });
    println!("{:032x}  `depth` is called `height`", fnv_1a(&renamed));
    let swapped = schema_of!(swapped::Reading { depth: f64, time: u64 });
    println!("{:032x}  `depth` stands before `time`", fnv_1a(&swapped));
}
// ANCHOR_END: part

mod log {
    #[repr(C)]
    pub struct Reading {
        pub time: u64,
        pub depth: f64,
    }
}

mod archive {
    pub mod log {
        #[repr(C)]
        pub struct Reading {
            pub time: u64,
            pub depth: f64,
        }
    }
}

mod renamed {
    #[repr(C)]
    pub struct Reading {
        pub time: u64,
        pub height: f64,
    }
}

mod swapped {
    #[repr(C)]
    pub struct Reading {
        pub depth: f64,
        pub time: u64,
    }
}

fn fnv_1a(text: &str) -> u128 {
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
// ANCHOR_END: all
