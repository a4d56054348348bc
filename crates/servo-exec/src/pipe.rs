//! One stream of a program, read as it comes.

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::lines::{Lines, Stream};
use crate::tail::Tail;

/// How many bytes are read at once.
const AT_ONCE: usize = 16 * 1024;

/// A stream of a program: its lines are handed on, and its end is kept.
#[derive(Debug)]
pub(crate) struct Pipe<R> {
    stream: Stream,
    reader: Option<R>,
    buffer: Vec<u8>,
    lines: Lines,
    pub(crate) tail: Tail,
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    pub(crate) fn new(stream: Stream, reader: Option<R>, tail_bytes: usize) -> Self {
        let (buffer, lines) = (vec![0; AT_ONCE], Lines::default());
        Self { stream, reader, buffer, lines, tail: Tail::new(tail_bytes) }
    }

    /// Returns true until its end has been read.
    pub(crate) fn is_open(&self) -> bool {
        self.reader.is_some()
    }

    /// Waits for something to be read, and says how much that is. Nothing is lost where it is dropped.
    pub(crate) async fn ready(&mut self) -> usize {
        match &mut self.reader {
            // A stream that cannot be read has nothing more to say.
            Some(reader) => reader.read(&mut self.buffer).await.unwrap_or_default(),
            None => std::future::pending().await,
        }
    }

    /// Takes what was read.
    pub(crate) fn take(&mut self, count: usize, on_line: &mut (dyn FnMut(Stream, &str) + Send)) {
        let stream = self.stream;
        let bytes = &self.buffer[..count];
        self.tail.push(bytes);
        self.lines.push(bytes, |line| on_line(stream, line));
        if count == 0 {
            self.close(on_line);
        }
    }

    /// Reads no further, whoever still holds the other end.
    pub(crate) fn close(&mut self, on_line: &mut (dyn FnMut(Stream, &str) + Send)) {
        let stream = self.stream;
        self.reader = None;
        self.lines.finish(|line| on_line(stream, line));
    }
}
