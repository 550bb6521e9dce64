//! An HTTP server: hyper on this executor, over the sockets of async-io, which has a thread of its own to wait for
//! them.
//!
//! ```text
//! cargo run --release --example http-async-io -- [PORT] [SECONDS] [WORKERS]
//! curl http://127.0.0.1:7008/tea
//! ```
//!
//! It ends after that many seconds, by itself.

#[path = "support/hyper_io.rs"]
mod hyper_io;

use async_io::Async;
use executor::{Executor, HyperTimer, Spawner, block_on, sleep};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_io::HyperIo;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<u16>());
    let port = arguments.next().unwrap_or(Ok(7008)).map_err(io::Error::other)?;
    let seconds = arguments.next().unwrap_or(Ok(60)).map_err(io::Error::other)?;
    let workers = arguments.next().unwrap_or(Ok(2)).map_err(io::Error::other)?;

    let executor = Executor::builder().workers(workers.into()).build()?;
    let listener = Async::<TcpListener>::bind((Ipv4Addr::LOCALHOST, port))?;
    let address = listener.get_ref().local_addr()?;
    println!("http://{address} for {seconds} s, {} workers", executor.workers());
    executor.spawn(accept(listener, executor.spawner())).detach();
    block_on(sleep(Duration::from_secs(seconds.into())));
    // What is still there is cancelled: each connection ends with its task.
    drop(executor);
    Ok(())
}

/// A task for each connection.
async fn accept(listener: Async<TcpListener>, spawner: Spawner) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => spawner.spawn(serve(stream)).detach(),
            // Too many files are open, or the client has gone: not the end of the server.
            Err(error) => {
                eprintln!("accept: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: Async<TcpStream>) {
    if let Err(error) = stream.get_ref().set_nodelay(true) {
        eprintln!("a connection that cannot be set up: {error}");
    }
    let mut server = http1::Builder::new();
    // Who does not finish the head of a request in time is shown the door.
    server.timer(HyperTimer).header_read_timeout(Duration::from_secs(30));
    if let Err(error) = server.serve_connection(HyperIo::new(stream), service_fn(answer)).await {
        eprintln!("a connection: {error}");
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = match request.uri().path() {
        "/" => Bytes::from_static(b"Hello, World!\n"),
        path => Bytes::from(format!("You asked for {path}.\n")),
    };
    Ok(Response::new(Full::new(body)))
}
