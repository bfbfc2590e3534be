//! A stream that closes when a write takes too long: a slow reader holds one of a bounded number of places. Must not
//! depend on: HTTP.

use std::future::Future;
use std::io::{self, Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The time after which a write times out.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// A stream whose writes time out.
pub(super) struct WriteTimeout<S> {
    stream: S,
    waiting: Option<Pin<Box<Sleep>>>,
    timeout: Duration,
}

impl<S> WriteTimeout<S> {
    /// Returns the stream with the default timeout.
    pub(super) fn new(stream: S) -> Self {
        WriteTimeout { stream, waiting: None, timeout: WRITE_TIMEOUT }
    }

    /// Returns the outcome of a write; a pending one becomes an error after the timeout.
    fn poll_timeout<T>(&mut self, outcome: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let timeout = self.timeout;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.poll_timeout(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.poll_timeout(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.poll_timeout(outcome, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(context);
        self.poll_timeout(outcome, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[test]
    fn a_reader_that_takes_nothing_times_out() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let (near, mut far) = duplex(8);
            let mut near = WriteTimeout { timeout: Duration::from_millis(20), ..WriteTimeout::new(near) };
            near.write_all(b"12345678").await.expect("there is room");
            let error = near.write_all(b"9").await.expect_err("nobody reads");
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            let mut read = [0; 8];
            far.read_exact(&mut read).await.expect("it lies there");
            near.write_all(b"9").await.expect("there is room again");
        });
    }
}
