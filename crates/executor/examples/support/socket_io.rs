//! hyper's `Read` and `Write` over a socket of `reactor.rs`.

use crate::reactor::Socket;
use hyper::rt::{Read, ReadBufCursor, Write};
use mio::net::TcpStream;
use std::io::{self, ErrorKind, IoSlice, Read as _, Write as _};
use std::net::Shutdown;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A connection.
pub(crate) struct SocketIo {
    stream: Socket<TcpStream>,
    /// hyper's buffer is not initialised, and a socket reads only into one that is.
    buffer: Box<[u8; 8192]>,
}

impl SocketIo {
    /// A connection over this socket.
    pub(crate) fn new(stream: Socket<TcpStream>) -> Self {
        Self { stream, buffer: Box::new([0; 8192]) }
    }
}

impl Read for SocketIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut to: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let room = to.remaining().min(this.buffer.len());
        let buffer = &mut this.buffer[..room];
        // At the end of the stream there is nothing to wait for.
        let took_all = |count: &usize| (1..room).contains(count);
        let count = ready!(this.stream.poll_read_with(cx, |mut it| it.read(buffer), took_all))?;
        to.put_slice(&this.buffer[..count]);
        Poll::Ready(Ok(()))
    }
}

impl Write for SocketIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write_with(cx, |mut stream| stream.write(from))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write_with(cx, |mut stream| stream.write_vectored(from))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A socket sends by itself.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.stream.get_ref().shutdown(Shutdown::Write) {
            // The other side was quicker.
            Err(error) if error.kind() == ErrorKind::NotConnected => Poll::Ready(Ok(())),
            result => Poll::Ready(result),
        }
    }
}
