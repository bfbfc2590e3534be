//! A connection that is given up when whoever is at the other end takes nothing for too long: a slow reader holds a
//! place, and there are only so many. Knows bytes, no HTTP.

use std::future::Future;
use std::io::{self, Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// For how long a write may wait.
const LONGEST: Duration = Duration::from_secs(20);

/// A stream whose writes do not wait for ever.
pub(super) struct WriteTimeout<S> {
    stream: S,
    waiting: Option<Pin<Box<Sleep>>>,
    longest: Duration,
}

impl<S> WriteTimeout<S> {
    /// With the usual patience.
    pub(super) fn new(stream: S) -> Self {
        WriteTimeout { stream, waiting: None, longest: LONGEST }
    }

    /// Passes an outcome on; one that is still awaited becomes an error after too long.
    fn judge<T>(&mut self, outcome: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let longest = self.longest;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(longest)));
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
        self.judge(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(outcome, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(outcome, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[test]
    fn a_reader_that_takes_nothing_is_given_up() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let (near, mut far) = duplex(8);
            let mut near = WriteTimeout { longest: Duration::from_millis(20), ..WriteTimeout::new(near) };
            near.write_all(b"12345678").await.expect("there is room");
            let error = near.write_all(b"9").await.expect_err("nobody reads");
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            let mut read = [0; 8];
            far.read_exact(&mut read).await.expect("it lies there");
            near.write_all(b"9").await.expect("there is room again");
        });
    }
}
