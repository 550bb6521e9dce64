//! The bytes of a `String` are an address. The next run has nothing there.
//@ compile-flags: -Zmiri-disable-isolation
//@ error-in-other-file: has no provenance
// ANCHOR: all
use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;

#[repr(C)]
struct Record {
    time: u64,
    text: String,
}

fn bytes_of(record: &Record) -> &[u8] {
    unsafe { std::slice::from_raw_parts((&raw const *record).cast(), size_of::<Record>()) }
}

fn first_run(path: &Path) -> std::io::Result<()> {
    let record = Record { time: 1_701_388_800, text: "the cable came out".to_owned() };
    println!("{}: {}", record.time, record.text);
    fs::write(path, bytes_of(&record))
}

fn next_run(path: &Path) -> std::io::Result<()> {
    let bytes = fs::read(path)?;
    fs::remove_file(path)?;
    println!("{} bytes", bytes.len());
    let record = unsafe { bytes.as_ptr().cast::<Record>().read_unaligned() };
    let record = ManuallyDrop::new(record); // Its text is nobody's: it must not be freed.
    println!("{}", record.time);
    println!("{} bytes of text", record.text.len());
    let text: &str = &record.text;
    println!("{text}");
    Ok(())
}

fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("log-{}.bin", std::process::id()));
    first_run(&path)?;
    next_run(&path)
}
// ANCHOR_END: all
