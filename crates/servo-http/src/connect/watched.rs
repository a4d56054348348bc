//! A connection whose writes have a limit of time.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, Sleep};

use super::failure::Stalled;
use crate::dial::Stream;

/// A connection whose writes fail with [`Stalled`] where the other side takes no bytes for too long. Reads have no limit
/// here: on an idle connection one is always under way.
pub(crate) struct Watched {
    io: TokioIo<Box<dyn Stream>>,
    limit: Duration,
    stall: Option<Pin<Box<Sleep>>>,
    pulse: Pulse,
    is_forwarded: bool,
}

impl Watched {
    /// Watches a connection. `is_forwarded` where a proxy at its other end expects the whole URL in each request.
    pub(crate) fn new(io: Box<dyn Stream>, limit: Duration, is_forwarded: bool) -> Self {
        Self { io: TokioIo::new(io), limit, stall: None, pulse: Pulse::new(), is_forwarded }
    }

    /// Passes on what became of a write, unless it has been waiting for too long.
    fn limited<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            if self.stall.take().is_some() {
                self.pulse.beat();
            }
            return write;
        }
        self.pulse.block();
        let limit = self.limit;
        ready!(self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit))).as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, Stalled)))
    }
}

impl Read for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.io).poll_write(cx, buf);
        let write = ready!(self.limited(cx, write));
        self.pulse.beat();
        Poll::Ready(write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        let write = ready!(self.limited(cx, write));
        self.pulse.beat();
        Poll::Ready(write)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.io).poll_flush(cx);
        self.limited(cx, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shutdown = Pin::new(&mut self.io).poll_shutdown(cx);
        self.limited(cx, shutdown)
    }
}

impl Connection for Watched {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.is_forwarded).extra(self.pulse.clone())
    }
}

/// Tells how the writes of a connection go on. Clones watch the same connection.
#[derive(Clone, Debug)]
pub(crate) struct Pulse(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug)]
struct State {
    last_write: Instant,
    is_blocked: bool,
}

impl Pulse {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(State { last_write: Instant::now(), is_blocked: false })))
    }

    fn beat(&self) {
        let now = State { last_write: Instant::now(), is_blocked: false };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn block(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_blocked = true;
    }

    /// Returns when bytes were last taken; `None` where some are waiting to be taken.
    pub(crate) fn last_write(&self) -> Option<Instant> {
        let state = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!state.is_blocked).then_some(state.last_write)
    }
}
