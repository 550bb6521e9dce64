//! hyper on tokio, with two workers, for wrk to ask:
//!
//! ```text
//! cargo run --release -p comparison --example http-tokio -- 8080 15 &
//! wrk -t 1 -c 64 -d 10 http://127.0.0.1:8080/
//! ```
//!
//! Every connection is a task, and arms a timer for the head of each request, as hyper does if it is
//! given a clock.

use std::net::SocketAddr;

use anyhow::Result;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

#[path = "http/handler.rs"]
mod handler;

fn main() -> Result<()> {
    let (address, time) = handler::arguments()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(handler::WORKERS)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let accepting = tokio::spawn(accept(address));
        match tokio::time::timeout(time, accepting).await {
            Ok(ended) => ended?,
            // The time is up.
            Err(_) => Ok(()),
        }
    })
}

/// A task for each connection, for ever.
async fn accept(address: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream));
    }
}

async fn serve(stream: TcpStream) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service_fn(handler::answer))
        .await;
    if let Err(error) = served {
        eprintln!("a connection ended: {error}");
    }
}
