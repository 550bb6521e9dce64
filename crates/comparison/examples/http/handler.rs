//! What every server answers, and what it is told on the command line.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};

/// Threads that serve.
pub(crate) const WORKERS: usize = 2;

/// The same few bytes for any request.
pub(crate) async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"Hello, World!\n"))))
}

/// Where to serve, and for how long: `PORT SECONDS`.
pub(crate) fn arguments() -> Result<(SocketAddr, Duration)> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().context("usage: PORT SECONDS");
    let port = next()?.parse().context("the port is no number")?;
    let seconds = next()?.parse().context("the seconds are no number")?;
    Ok((SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Duration::from_secs(seconds)))
}
