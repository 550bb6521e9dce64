//! Sockets: async-io and async-net, and hyper over them.
//!
//! Not under Miri, which has no sockets and no epoll.

#![cfg(not(any(loom, miri)))]
#![allow(clippy::unwrap_used)]

#[path = "../examples/support/hyper_io.rs"]
mod hyper_io;

use async_io::Async;
use async_net::{TcpListener, TcpStream};
use executor::{Executor, HyperTimer, LocalExecutor, Spawner, block_on};
use futures::future::join_all;
use futures::io::{AsyncReadExt, AsyncWriteExt};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_io::HyperIo;
use std::cell::Cell;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

const CONNECTIONS: usize = 200;
const LOOPBACK: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// Say what is heard, until the other side says no more. How much that was.
async fn echo(mut stream: TcpStream) -> usize {
    let mut buffer = [0; 1000];
    let mut total = 0;
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        if count == 0 {
            return total;
        }
        stream.write_all(&buffer[..count]).await.unwrap();
        total += count;
    }
}

/// Talk to an echo: small and large messages, of which the large ones do not fit into the sockets' buffers, so
/// that both sides wait for room as well as for bytes.
async fn talk(address: SocketAddr, seed: usize) -> usize {
    let stream = TcpStream::connect(address).await.unwrap();
    let length = if seed.is_multiple_of(50) { 3_000_000 } else { 1 + 37 * seed };
    let sent: Vec<u8> = (0..length).map(|at| (at * 31 + seed) as u8).collect();
    let (mut reader, mut writer) = (stream.clone(), stream);
    let mut heard = vec![0; length];
    let write = async {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown(std::net::Shutdown::Write).unwrap();
    };
    let read = async {
        reader.read_exact(&mut heard).await.unwrap();
        assert_eq!(reader.read(&mut [0]).await.unwrap(), 0);
    };
    futures::join!(write, read);
    assert!(heard == sent, "an echo is what was said");
    length
}

#[test]
fn many_connections_on_the_pool() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let spawner = executor.spawner();
    let (server_says, client_says) = block_on(async {
        let listener = TcpListener::bind(LOOPBACK).await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = spawner.clone();
        let server = spawner.spawn(async move {
            let mut tasks = Vec::new();
            for _ in 0..CONNECTIONS {
                let (stream, _) = listener.accept().await.unwrap();
                tasks.push(inner.spawn(echo(stream)));
            }
            join_all(tasks).await.into_iter().map(Result::unwrap).sum::<usize>()
        });
        let clients: Vec<_> =
            (0..CONNECTIONS).map(|seed| spawner.spawn(talk(address, seed))).collect();
        let said = join_all(clients).await.into_iter().map(Result::unwrap).sum::<usize>();
        (server.await.unwrap(), said)
    });
    assert_eq!(server_says, client_says);
    executor.join();
}

#[test]
fn many_connections_on_one_thread() {
    let executor = LocalExecutor::new();
    let spawner = executor.spawner();
    // Not `Send`, as what such tasks share may be.
    let total = Rc::new(Cell::new(0));
    let said = executor.block_on(async {
        let listener = TcpListener::bind(LOOPBACK).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (inner, count) = (spawner.clone(), total.clone());
        let server = spawner.spawn(async move {
            let mut tasks = Vec::new();
            for _ in 0..CONNECTIONS {
                let (stream, _) = listener.accept().await.unwrap();
                let count = count.clone();
                tasks.push(inner.spawn(async move {
                    let heard = echo(stream).await;
                    count.set(count.get() + heard);
                }));
            }
            join_all(tasks).await.into_iter().for_each(Result::unwrap);
        });
        let clients: Vec<_> =
            (0..CONNECTIONS).map(|seed| spawner.spawn(talk(address, seed))).collect();
        let said = join_all(clients).await.into_iter().map(Result::unwrap).sum::<usize>();
        server.await.unwrap();
        said
    });
    assert_eq!(total.get(), said);
}

#[test]
fn an_executor_that_is_dropped_closes_its_connections() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let listener = block_on(TcpListener::bind(LOOPBACK)).unwrap();
    let address = listener.local_addr().unwrap();
    let spawner = executor.spawner();
    executor
        .spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                spawner.spawn(echo(stream)).detach();
            }
        })
        .detach();
    let mut streams = block_on(join_all((0..20).map(|_| async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"x").await.unwrap();
        stream.read_exact(&mut [0]).await.unwrap();
        stream
    })));
    drop(executor);
    for stream in &mut streams {
        assert_eq!(block_on(stream.read(&mut [0])).unwrap(), 0);
    }
    assert!(block_on(TcpStream::connect(address)).is_err(), "nobody listens any more");
}

/// The path, and how long the request's body was.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    Ok(Response::new(Full::new(Bytes::from(format!("{path}: {}", body.len())))))
}

async fn connect(address: SocketAddr) -> HyperIo {
    HyperIo::new(Async::<std::net::TcpStream>::connect(address).await.unwrap())
}

fn request(number: usize) -> Request<Full<Bytes>> {
    let request = Request::post(format!("http://localhost/{number}"));
    request
        .header("host", "localhost")
        .body(Full::new(Bytes::from(vec![7; number * 10_000])))
        .unwrap()
}

async fn check(response: Response<Incoming>, number: usize) {
    assert_eq!(response.status(), 200);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, format!("/{number}: {}", number * 10_000));
}

/// Accept connections for ever, each a task that `serve` makes.
async fn accept<F>(
    listener: Async<std::net::TcpListener>,
    spawner: Spawner,
    serve: impl Fn(HyperIo) -> F,
) where
    F: Future<Output = hyper::Result<()>> + Send + 'static,
{
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        spawner.spawn(serve(HyperIo::new(stream))).detach();
    }
}

#[test]
fn http_1() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let listener = Async::<std::net::TcpListener>::bind(LOOPBACK).unwrap();
    let address = listener.get_ref().local_addr().unwrap();
    let serve = |io| {
        let mut server = hyper::server::conn::http1::Builder::new();
        server.timer(HyperTimer).header_read_timeout(Duration::from_secs(60));
        server.serve_connection(io, service_fn(answer))
    };
    executor.spawn(accept(listener, executor.spawner(), serve)).detach();
    let client = |number| {
        let spawner = executor.spawner();
        executor.spawn(async move {
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(connect(address).await).await.unwrap();
            let connection = spawner.spawn(connection);
            // One after the other on a connection that stays.
            for number in number..number + 5 {
                check(sender.send_request(request(number)).await.unwrap(), number).await;
            }
            drop(sender);
            connection.await.unwrap().unwrap();
        })
    };
    let clients: Vec<_> = (0..20).map(client).collect();
    block_on(join_all(clients)).into_iter().for_each(Result::unwrap);
}

#[test]
fn http_2_spawns_its_streams_on_the_pool() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let listener = Async::<std::net::TcpListener>::bind(LOOPBACK).unwrap();
    let address = listener.get_ref().local_addr().unwrap();
    let spawner = executor.spawner();
    let serve = move |io| {
        let mut server = hyper::server::conn::http2::Builder::new(spawner.clone());
        server.timer(HyperTimer).keep_alive_interval(Duration::from_secs(60));
        server.serve_connection(io, service_fn(answer))
    };
    executor.spawn(accept(listener, executor.spawner(), serve)).detach();
    let spawner = executor.spawner();
    let client = executor.spawn(async move {
        let mut client = hyper::client::conn::http2::Builder::new(spawner.clone());
        client.timer(HyperTimer).keep_alive_interval(Duration::from_secs(60));
        let (sender, connection) = client.handshake(connect(address).await).await.unwrap();
        spawner.spawn(connection).detach();
        // All at once, on one connection.
        join_all((0..20).map(|number| {
            let mut sender = sender.clone();
            async move { check(sender.send_request(request(number)).await.unwrap(), number).await }
        }))
        .await;
    });
    block_on(client).unwrap();
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    let executor = Executor::builder().workers(2).build().unwrap();
    let listener = Async::<std::net::TcpListener>::bind(LOOPBACK).unwrap();
    let address = listener.get_ref().local_addr().unwrap();
    let serve = |io| {
        let mut server = hyper::server::conn::http1::Builder::new();
        server.timer(HyperTimer).header_read_timeout(Duration::from_millis(30));
        server.serve_connection(io, service_fn(answer))
    };
    executor.spawn(accept(listener, executor.spawner(), serve)).detach();
    let answer = block_on(async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.unwrap();
        let mut answer = Vec::new();
        // Ends only because the server closes.
        stream.read_to_end(&mut answer).await.unwrap();
        answer
    });
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{answer:?}");
}
