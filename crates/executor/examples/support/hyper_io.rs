//! hyper's `Read` and `Write` over a socket of async-io.

use async_io::Async;
use hyper::rt::{Read, ReadBufCursor, Write};
use std::io::{self, ErrorKind, IoSlice, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A connection.
pub(crate) struct HyperIo {
    stream: Async<TcpStream>,
    /// hyper's buffer is not initialised, and a socket reads only into one that is.
    buffer: Box<[u8; 8192]>,
    /// The last read took all there was: wait, instead of asking the socket in vain.
    drained: bool,
}

impl HyperIo {
    /// A connection over this socket.
    pub(crate) fn new(stream: Async<TcpStream>) -> Self {
        Self { stream, buffer: Box::new([0; 8192]), drained: false }
    }
}

/// `Ready` unless the socket has to be waited for.
fn attempt(result: io::Result<usize>) -> Poll<io::Result<usize>> {
    match result {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}

impl Read for HyperIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut to: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let room = to.remaining().min(this.buffer.len());
        loop {
            if this.drained {
                ready!(this.stream.poll_readable(cx))?;
            }
            let read = attempt(this.stream.get_ref().read(&mut this.buffer[..room]));
            this.drained = match &read {
                Poll::Pending => true,
                // At the end of the stream there is nothing to wait for.
                Poll::Ready(Ok(count)) => (1..room).contains(count),
                Poll::Ready(Err(_)) => false,
            };
            if let Poll::Ready(read) = read {
                to.put_slice(&this.buffer[..read?]);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl HyperIo {
    fn poll_with(
        &self,
        cx: &mut Context<'_>,
        write: impl Fn(&mut &TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            if let Poll::Ready(written) = attempt(write(&mut self.stream.get_ref())) {
                return Poll::Ready(written);
            }
            ready!(self.stream.poll_writable(cx))?;
        }
    }
}

impl Write for HyperIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_with(cx, |stream| stream.write(from))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_with(cx, |stream| stream.write_vectored(from))
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
