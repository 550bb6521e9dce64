//! A file of two sections: written, read, changed in place, damaged, and read by another program.
//!
//! ```text
//! cargo run -p raw-serialise --example voyage -- voyage.raw [schema]
//! cargo run -p raw-serialise --example inspect -- voyage.raw
//! ```
//!
//! The book shows parts of this file and its output, which `tests/shown.rs` compares.

use std::error::Error;

use raw_serialise::{Archive, Builder, Checksums, Plain, Serialise};

// ANCHOR: types
/// How deep the sea was.
#[repr(C)]
#[derive(Clone, Copy, Debug, Plain)]
struct Sounding {
    time: u64,
    depth: f32,
    station: u16,
    _pad: [u8; 2],
}

/// A line of the log.
#[derive(Serialise)]
struct Line {
    time: u64,
    weather: Weather,
    text: String,
}

#[derive(Serialise)]
enum Weather {
    Fog,
    Wind { force: u8 },
}
// ANCHOR_END: types

// ANCHOR: next
/// The type as it is in next year's program.
mod next_year {
    use raw_serialise::Plain;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, Plain)]
    pub(crate) struct Sounding {
        time: u64,
        depth: f32,
        #[raw(default = 35.0)]
        salt: f32,
        station: u16,
        _pad: [u8; 2],
        _pad_2: [u8; 4],
    }
}
// ANCHOR_END: next

/// And as it is in a program that counts in centimetres.
mod elsewhere {
    use raw_serialise::Plain;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, Plain)]
    pub(crate) struct Sounding {
        time: u64,
        depth: i32,
        station: u16,
        _pad: [u8; 2],
    }
}

fn soundings() -> Vec<Sounding> {
    let sounding = |time, depth| Sounding { time, depth, station: 7, _pad: [0; 2] };
    vec![
        sounding(1_701_388_800, 12.5),
        sounding(1_701_388_810, 12.75),
        sounding(1_701_388_820, 130.0),
    ]
}

fn lines() -> Vec<Line> {
    let line = |time, weather, text: &str| Line { time, weather, text: text.to_owned() };
    vec![
        line(1_701_388_805, Weather::Wind { force: 6 }, "the cable came out"),
        line(1_701_388_820, Weather::Fog, "found"),
    ]
}

/// The bytes of a file with another byte in a section.
fn changed(file: &Archive, name: &str, at: usize, byte: u8) -> Result<Vec<u8>, &'static str> {
    let section = file.sections().find(|it| it.name() == name).ok_or("no such section")?;
    let mut bytes = file.bytes().to_vec();
    bytes[section.offset() + at] = byte;
    Ok(bytes)
}

/// Prints what is wrong.
fn say<T>(result: Result<T, impl Error>) {
    if let Err(error) = result {
        println!("\n{error}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (soundings, lines) = (soundings(), lines());

    // ANCHOR: write
    let mut file =
        Builder::new().borrow("soundings", &soundings).section("log", &lines[..]).build()?;
    // ANCHOR_END: write

    if let Some(path) = std::env::args_os().nth(1) {
        file.save(path)?;
    }
    if std::env::args_os().nth(2).is_some_and(|it| it == "schema") {
        let schemas: Vec<_> = file.sections().map(|it| it.schema()).collect();
        print!("{}", schemas.join("\n"));
        return Ok(());
    }

    // ANCHOR: read
    for line in file.get::<[Line]>("log")? {
        let text: &str = line.text(); // In the file's memory.
        println!("{} {:?} {text}", line.time(), line.weather());
    }
    // ANCHOR_END: read

    // ANCHOR: edit
    file.edit::<[Sounding], _>("soundings", |mut soundings| {
        let soundings: &mut [Sounding] = soundings.as_mut_slice();
        soundings[2].depth = 13.0;
    })?;
    file.edit::<[Line], _>("log", |mut lines| {
        if let Some(mut line) = lines.get_mut(0) {
            if let WeatherMut::Wind { mut force } = line.weather() {
                force.set(7);
            }
            // A view to read, and nothing else.
            let _: &str = line.text();
        }
    })?;
    file.verify()?;
    // ANCHOR_END: edit

    // ANCHOR: wrong
    // As another type, under another name.
    say(file.get::<[elsewhere::Sounding]>("soundings"));
    say(file.open::<[elsewhere::Sounding]>("soundings"));
    say(file.get::<[Line]>("diary"));

    // Cut short.
    say(Archive::copy(&file.bytes()[..600]));

    // One bit was flipped, in the depth of the first sounding. Opening looks only at the front.
    let flipped = Archive::copy(&changed(&file, "soundings", 11, 0x40)?)?;
    say(flipped.get::<[Sounding]>("soundings"));

    // The weather of the first line is a variant that there is not. No checksum is looked at.
    let crafted = Archive::copy(&changed(&file, "log", 8, 9)?)?;
    let crafted = Archive::from_bytes_with(crafted.bytes(), Checksums::Manual)?;
    say(crafted.get::<[Line]>("log"));
    // ANCHOR_END: wrong

    println!();
    // ANCHOR: open
    let opened = file.open::<[next_year::Sounding]>("soundings")?;
    println!("converted: {}", opened.is_converted());
    println!("{:?}", opened.view()[2]);
    // ANCHOR_END: open
    Ok(())
}
