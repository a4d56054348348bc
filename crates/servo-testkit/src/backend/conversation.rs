//! One connection to the backend, from the first request to the last.

use std::io::{ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::Shared;
use super::answer::{Act, Answer, Body, Delivery, Response};
use super::request::Reader;

/// How many bytes of a huge body are made at a time.
const PIECE: usize = 16 * 1024;

/// What becomes of a connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Keep,
    Close,
}

/// A connection that requests are read from and answered on.
pub(super) struct Conversation<S> {
    stream: S,
    reader: Reader,
    shared: Arc<Shared>,
    number: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<S> {
    pub(super) fn new(stream: S, shared: Arc<Shared>, number: u64) -> Self {
        Self { stream, reader: Reader::default(), shared, number }
    }

    /// Answers requests until the client or an answer ends it. What the client did to the connection is its own
    /// affair: tests see what it asked.
    pub(super) async fn run(mut self) {
        loop {
            let message = match self.reader.next(&mut self.stream).await {
                Ok(Some(message)) => message,
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    let text = error.to_string();
                    let head = format!(
                        "HTTP/1.1 400 \r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        text.len()
                    );
                    let _ = self.send((head + &text).as_bytes()).await;
                    return;
                }
                Ok(None) | Err(_) => return,
            };
            let is_last = message.is_last();
            let answer = self.shared.take(self.number, message);
            match self.give(answer).await {
                Ok(After::Keep) if !is_last => {}
                Ok(_) | Err(_) => {
                    let _ = self.stream.shutdown().await;
                    return;
                }
            }
        }
    }

    async fn give(&mut self, answer: Answer) -> Result<After> {
        if !answer.delay.is_zero() && self.closes_within(answer.delay).await {
            return Ok(After::Close);
        }
        match answer.act {
            Act::Respond(response) => self.respond(response).await,
            Act::Reset => Ok(After::Close),
            Act::Hang => {
                self.reader.closed(&mut self.stream).await;
                Ok(After::Close)
            }
            Act::Raw(bytes) => {
                self.send(&bytes).await?;
                Ok(After::Close)
            }
        }
    }

    async fn respond(&mut self, response: Response) -> Result<After> {
        let has_body = response.status >= 200 && !matches!(response.status, 204 | 304);
        self.send(head(&response, has_body).as_bytes()).await?;
        if !has_body {
            return Ok(After::Keep);
        }
        let length = response.body.len();
        let (end, piece) = match response.delivery {
            Delivery::Whole => (length, PIECE),
            Delivery::Drip(_) => (length, 1),
            Delivery::Cut => (length / 2, PIECE),
        };
        let filler = vec![b'x'; if matches!(response.body, Body::Huge(_)) { PIECE } else { 0 }];
        let mut sent = 0;
        while sent < end {
            if let Delivery::Drip(every) = response.delivery
                && self.closes_within(every).await
            {
                return Ok(After::Close);
            }
            let size = piece.min(usize::try_from(end - sent).unwrap_or(piece));
            match &response.body {
                Body::Huge(_) => self.send_piece(&filler[..size], response.is_chunked).await?,
                Body::Bytes(bytes) => {
                    let from = usize::try_from(sent).unwrap_or(usize::MAX).min(bytes.len());
                    self.send_piece(&bytes[from..from + size], response.is_chunked).await?;
                }
            }
            sent += size as u64;
        }
        if response.delivery == Delivery::Cut {
            return Ok(After::Close);
        }
        if response.is_chunked {
            self.send(b"0\r\n\r\n").await?;
        }
        let is_last = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
        };
        Ok(if response.headers.iter().any(is_last) { After::Close } else { After::Keep })
    }

    async fn send_piece(&mut self, piece: &[u8], is_chunk: bool) -> Result<()> {
        if is_chunk {
            self.send(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        self.send(piece).await?;
        if is_chunk { self.send(b"\r\n").await } else { Ok(()) }
    }

    /// Sends bytes, counting those that the stream has taken.
    async fn send(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let taken = self.stream.write(bytes).await?;
            if taken == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            self.shared.sent(taken);
            bytes = &bytes[taken..];
        }
        self.stream.flush().await
    }

    /// Waits, unless the client closes the connection before.
    async fn closes_within(&mut self, wait: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = self.reader.closed(&mut self.stream) => true,
        }
    }
}

fn head(response: &Response, has_body: bool) -> String {
    let mut lines = vec![format!("HTTP/1.1 {} ", response.status)];
    lines.extend(response.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if has_body && response.is_chunked {
        lines.push("transfer-encoding: chunked".to_owned());
    } else if has_body {
        lines.push(format!("content-length: {}", response.body.len()));
    }
    lines.join("\r\n") + "\r\n\r\n"
}
