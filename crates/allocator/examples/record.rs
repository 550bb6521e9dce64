//! Record what a program asks of its allocator, from before `main` on, and write it to a file.
//!
//! `cargo run -p allocator --example record -- words.log`, then the example `replay`.

use std::alloc::System;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::mpsc;
use std::thread;

use allocator::log::{LogWriter, Logged};

// As long as nobody drains it, the log must have room for every call.
#[global_allocator]
static HEAP: Logged<System, { 1 << 16 }> = Logged::new(System);

const TEXT: &str = "a slot is a slot and a block is a block but a block around a block is two blocks \
                    in one place which no address may have twice; first come first fit, and what is freed \
                    between two neighbours that are free is one with them at once";

/// Where each run of one or two words stands in the text.
fn index(text: &str) -> BTreeMap<String, Vec<usize>> {
    let words: Vec<&str> = text.split(' ').collect();
    let mut places = BTreeMap::<String, Vec<usize>>::new();
    for length in 1..=2 {
        for (place, run) in words.windows(length).enumerate() {
            places.entry(run.join(" ")).or_default().push(place);
        }
    }
    places
}

/// Two threads make a text of each run and those behind it, and send them to this one, which keeps some.
fn work() -> usize {
    let places = index(TEXT);
    let (sender, receiver) = mpsc::channel();
    let kept: Vec<String> = thread::scope(|scope| {
        for half in 0..2 {
            let (places, sender) = (&places, sender.clone());
            scope.spawn(move || {
                for skipped in (half..places.len()).step_by(2) {
                    let mut text = String::new();
                    for (run, places) in places.iter().skip(skipped).take(skipped % 7) {
                        text.push_str(&format!("{run}: {} times\n", places.len()));
                    }
                    let _ = sender.send(text);
                }
            });
        }
        drop(sender);
        receiver.iter().enumerate().filter(|it| it.0 % 5 != 0).map(|it| it.1).collect()
    });
    drop(places);
    kept.iter().map(String::len).sum()
}

fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "words.log".into());
    let sum = work();

    // Without a buffer: writing to it allocates nothing.
    let mut file = LogWriter::new(File::create(&path)?)?;
    let mut written = Ok(());
    let count = HEAP.log().drain(|event| {
        if written.is_ok() {
            written = file.write(&event);
        }
    });
    written?;
    let lost = HEAP.log().lost();
    file.lost(lost)?;
    println!("{sum} bytes of text; {count} events in {}, {lost} lost", path.display());
    Ok(())
}
