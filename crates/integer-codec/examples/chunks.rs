//! Values from a socket, which cuts them wherever it likes.
//!
//! `cargo run -p integer-codec --example chunks`

use std::error::Error;
use std::io::{BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use integer_codec::stream::{Decoder, WriteVarInt};

/// The squares of the first numbers, a few bytes each.
fn send(socket: TcpStream) -> std::io::Result<()> {
    let mut writer = BufWriter::new(socket);
    for number in 0..1000u64 {
        writer.write_varint(number * number)?;
    }
    writer.flush()
}

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let sender = thread::spawn(move || send(TcpStream::connect(address)?));
    let (mut socket, _) = listener.accept()?;

    let mut decoder = Decoder::<u64>::new();
    let (mut count, mut sum, mut cut) = (0, 0, 0);
    let mut buffer = [0; 100];
    loop {
        let read = socket.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        let mut chunk = &buffer[..read];
        for value in decoder.decode(&mut chunk) {
            sum += value?;
            count += 1;
        }
        cut += usize::from(!decoder.pending().is_empty());
    }
    let bytes = decoder.offset();
    decoder.finish()?; // an error if the sender has died inside a value
    println!(
        "{count} values in {bytes} bytes; {cut} of them came in two chunks; their sum is {sum}"
    );

    match sender.join() {
        Ok(sent) => Ok(sent?),
        Err(_) => Err("the sender panicked".into()),
    }
}
