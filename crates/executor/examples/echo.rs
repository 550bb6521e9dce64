//! A TCP server that says whatever it hears.
//!
//! ```text
//! cargo run --release --example echo -- [PORT] [SECONDS]
//! ```
//!
//! It ends after that many seconds, by itself. To talk to it: `nc 127.0.0.1 7007`.

use async_net::{TcpListener, TcpStream};
use executor::{Executor, Spawner, block_on, sleep};
use futures::io::{AsyncReadExt, AsyncWriteExt};
use std::io;
use std::time::Duration;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<u16>());
    let port = arguments.next().unwrap_or(Ok(7007)).map_err(io::Error::other)?;
    let seconds = arguments.next().unwrap_or(Ok(60)).map_err(io::Error::other)?;

    let executor = Executor::new();
    let listener = block_on(TcpListener::bind(("127.0.0.1", port)))?;
    println!("{} for {seconds} s, {} workers", listener.local_addr()?, executor.workers());
    executor.spawn(accept(listener, executor.spawner())).detach();
    block_on(sleep(Duration::from_secs(seconds.into())));
    // What is still there is cancelled: each connection ends with its task.
    drop(executor);
    Ok(())
}

/// A task for each connection.
async fn accept(listener: TcpListener, spawner: Spawner) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => spawner.spawn(echo(stream)).detach(),
            // Too many files are open, or the client has gone: not the end of the server.
            Err(error) => {
                eprintln!("accept: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 4096];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return stream.close().await;
        }
        stream.write_all(&buffer[..count]).await?;
    }
}
