//! Writes a file of weather readings, reads it back, and shows what is said of a file that was cut.
//!
//! `cargo run -p raw-serialise --example stations`

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;

use raw_serialise::{Plain, read_from, read_vec_from, write_slice_to, write_to};

/// What the file begins with. The crate adds nothing to the bytes of your values, so whatever
/// should say what the file is, is a value too.
#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Header {
    magic: [u8; 8],
    /// 1 as written by this machine: another order of bytes would read 0x0100.
    order: u16,
    version: u16,
    _pad: [u8; 4],
    count: u64,
}

/// One reading.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Plain)]
struct Reading {
    at: u64,
    celsius: f32,
    station: u16,
    _pad: [u8; 2],
}

const MAGIC: [u8; 8] = *b"stations";

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("stations-{}.bin", std::process::id()));
    let readings: Vec<Reading> = (0..4_u16)
        .map(|station| Reading {
            at: 1_700_000_000 + u64::from(station) * 60,
            celsius: 18.5 + f32::from(station),
            station,
            _pad: [0; 2],
        })
        .collect();

    let mut file = File::create(&path)?;
    let count = u64::try_from(readings.len())?;
    write_to(&Header { magic: MAGIC, order: 1, version: 1, _pad: [0; 4], count }, &mut file)?;
    write_slice_to(&readings, &mut file)?;
    file.flush()?;

    let back = read_readings(File::open(&path)?)?;
    assert_eq!(back, readings);
    for reading in &back {
        println!("{:2}: {:.1} °C at {}", reading.station, reading.celsius, reading.at);
    }

    let bytes = fs::read(&path)?;
    match read_readings(&bytes[..bytes.len() - 5]) {
        Ok(_) => println!("the cut file was read"),
        Err(error) => println!("the cut file: {error}"),
    }
    fs::remove_file(&path)?;
    Ok(())
}

fn read_readings(mut file: impl std::io::Read) -> Result<Vec<Reading>, Box<dyn Error>> {
    let header: Header = read_from(&mut file)?;
    if header.magic != MAGIC {
        return Err("this is no file of readings".into());
    }
    if header.order != 1 {
        return Err("this file is from a machine of the other byte order".into());
    }
    if header.version != 1 {
        return Err(format!("version {} is not known here", header.version).into());
    }
    // The count is whatever the file says: `read_vec_from` does not trust it with memory.
    Ok(read_vec_from(&mut file, usize::try_from(header.count)?)?)
}
