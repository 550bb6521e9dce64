//! An HTTP server: hyper on this executor, whose workers wait for the sockets themselves.
//!
//! ```text
//! cargo run --release --example http -- [PORT] [SECONDS] [WORKERS]
//! curl http://127.0.0.1:7008/tea
//! ```
//!
//! It ends after that many seconds, by itself. `http-async-io.rs` is the same without a reactor: shorter, and slower.

#[path = "support/reactor.rs"]
mod reactor;
#[path = "support/socket_io.rs"]
mod socket_io;

use executor::{Executor, HyperTimer, Spawner, block_on, sleep};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use mio::net::{TcpListener, TcpStream};
use reactor::{Socket, Sockets};
use socket_io::SocketIo;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<u16>());
    let port = arguments.next().unwrap_or(Ok(7008)).map_err(io::Error::other)?;
    let seconds = arguments.next().unwrap_or(Ok(60)).map_err(io::Error::other)?;
    let workers = arguments.next().unwrap_or(Ok(2)).map_err(io::Error::other)?;

    let sockets = Sockets::new()?;
    let executor = Executor::builder().workers(workers.into()).reactor(sockets.clone()).build()?;
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    println!("http://{} for {seconds} s, {} workers", listener.local_addr()?, executor.workers());
    let listener = Socket::new(listener, &sockets)?;
    executor.spawn(accept(listener, sockets, executor.spawner())).detach();
    block_on(sleep(Duration::from_secs(seconds.into())));
    // What is still there is cancelled: each connection ends with its task.
    drop(executor);
    Ok(())
}

/// A task for each connection.
async fn accept(listener: Socket<TcpListener>, sockets: Arc<Sockets>, spawner: Spawner) {
    loop {
        match poll_fn(|cx| listener.poll_read_with(cx, TcpListener::accept, |_| false)).await {
            Ok((stream, _)) => spawner.spawn(serve(stream, sockets.clone())).detach(),
            // Too many files are open, or the client has gone: not the end of the server.
            Err(error) => {
                eprintln!("accept: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, sockets: Arc<Sockets>) {
    let mut server = http1::Builder::new();
    // Who does not finish the head of a request in time is shown the door.
    server.timer(HyperTimer).header_read_timeout(Duration::from_secs(30));
    let set_up = stream.set_nodelay(true).and_then(|()| Socket::new(stream, &sockets));
    let socket = match set_up {
        Ok(socket) => SocketIo::new(socket),
        Err(error) => return eprintln!("a connection that cannot be set up: {error}"),
    };
    if let Err(error) = server.serve_connection(socket, service_fn(answer)).await {
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
