//! The bytes go to a file and come back: as bytes.
//@ check-pass
//@ compile-flags: -Zmiri-disable-isolation
// ANCHOR: all
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

#[repr(C)]
struct ExampleData {
    b: u64,
    d: u32,
    a: u8,
    c: [u8; 7],
    _pad: [u8; 4],
}

fn bytes_of(value: &ExampleData) -> &[u8] {
    // SAFETY: the struct has no padding, so all its bytes are initialised.
    unsafe { std::slice::from_raw_parts((&raw const *value).cast(), size_of::<ExampleData>()) }
}

// ANCHOR: read
fn read_in(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![];
    let mut reader = File::open(path)?;
    let mut part = [0; 16];
    loop {
        match reader.read(&mut part)? {
            0 => return Ok(bytes), // And now?
            n => bytes.extend(&part[..n]),
        }
    }
}
// ANCHOR_END: read

fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("example-{}.bin", std::process::id()));
    let data = ExampleData {
        a: 0,
        b: u64::MAX,
        c: [10, 11, 12, 13, 14, 15, 16],
        d: 123_456_789,
        _pad: [0; 4],
    };
    File::create(&path)?.write_all(bytes_of(&data))?;
    let bytes = read_in(&path);
    std::fs::remove_file(&path)?;
    println!("{:?}", bytes?);
    println!("{} {} {:?} {}", data.a, data.b, data.c, data.d);
    Ok(())
}
// ANCHOR_END: all
