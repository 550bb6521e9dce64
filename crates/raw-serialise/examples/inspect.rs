//! Describes any file of this crate, without its types.
//!
//! ```text
//! cargo run -p raw-serialise --example inspect -- FILE [--bytes N] [--values N]
//! ```
//!
//! Colours by field on a terminal, unless `NO_COLOR` is set.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use raw_serialise::schema::{Inspect, Schema};
use raw_serialise::{Archive, Checksums};

const USAGE: &str = "usage: inspect FILE [--bytes N] [--values N]";

/// What was asked for.
struct Options {
    file: String,
    bytes: usize,
    values: usize,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options { file: String::new(), bytes: 256, values: 3 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number =
            || -> Result<usize, Box<dyn Error>> { Ok(arguments.next().ok_or(USAGE)?.parse()?) };
        match &*argument {
            "--bytes" => options.bytes = number()?,
            "--values" => options.values = number()?,
            _ if options.file.is_empty() && !argument.starts_with('-') => options.file = argument,
            _ => return Err(USAGE.into()),
        }
    }
    if options.file.is_empty() { Err(USAGE.into()) } else { Ok(options) }
}

fn inspect(options: &Options, out: &mut impl Write, colour: bool) -> Result<(), Box<dyn Error>> {
    // Damage is part of the description.
    let archive = Archive::read_with(&options.file, Checksums::Manual)?;
    let (bytes, order) = (archive.bytes().len(), archive.order());
    let count = archive.sections().len();
    writeln!(out, "{}: {bytes} bytes, {order:?} endian, {count} sections", options.file)?;
    for section in archive.sections() {
        let (offset, length) = (section.offset(), section.bytes().len());
        writeln!(out, "\nsection {:?}", section.name())?;
        writeln!(out, "{length} bytes at {offset}, {} values at the root", section.count())?;
        match section.checksums() {
            (expected, found) if expected == found => {
                writeln!(out, "checksum {found:016x}, right")?
            }
            (expected, found) => {
                writeln!(out, "checksum {found:016x}, WRONG: the file says {expected:016x}")?;
            }
        }
        writeln!(out, "fingerprint {:032x}", section.fingerprint())?;
        match Schema::parse(section.schema()) {
            Ok(schema) => {
                let inspect = Inspect::new(&schema, order, section.bytes(), section.count());
                let inspect = inspect.values(options.values).bytes(options.bytes).colour(colour);
                write!(out, "{inspect}")?;
            }
            Err(error) => writeln!(out, "its schema cannot be read: {error}")?,
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let out = io::stdout();
    let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    let outcome = options().and_then(|options| inspect(&options, &mut out.lock(), colour));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // `inspect FILE | head`.
        Err(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
