//! Reads HTTP/1.1 requests from a stream: heads of at most 64 KiB, and bodies of a declared length.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest head.
const HEAD: usize = 64 * 1024;
/// The longest body.
const BODY: usize = 16 * 1024 * 1024;

/// A request as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Says whether the client wants no more of the connection.
    pub(super) fn is_last(&self) -> bool {
        self.headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// The requests of one connection.
#[derive(Debug, Default)]
pub(super) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// Reads the next request; `None` where the client has closed the connection after the last one.
    ///
    /// # Errors
    ///
    /// The stream's; `InvalidData` for what is not a request that can be read.
    pub(super) async fn next(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<Message>> {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if self.buffer.len() > HEAD {
                return Err(invalid("a head of at most 64 KiB"));
            }
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
            }
        };
        let mut message = head(&self.buffer[..end])?;
        let length = length(&message.headers)?;
        while self.buffer.len() < end + length {
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        message.body = self.buffer[end..end + length].to_vec();
        self.buffer.drain(..end + length);
        Ok(Some(message))
    }

    /// Waits until the client has closed the connection. What it sends before is kept for the next request.
    pub(super) async fn closed(&mut self, stream: &mut (impl AsyncRead + Unpin)) {
        while self.buffer.len() <= HEAD + BODY {
            if matches!(stream.read_buf(&mut self.buffer).await, Ok(0) | Err(_)) {
                return;
            }
        }
    }
}

/// Reads the request line and the headers.
fn head(bytes: &[u8]) -> Result<Message> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid("a head in UTF-8"))?;
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(invalid("a request line of HTTP/1.1"));
    };
    let mut message = Message { method: method.to_owned(), path: path.to_owned(), ..Message::default() };
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("headers `name: value`"))?;
        let value = value.trim();
        message
            .headers
            .entry(name.to_ascii_lowercase())
            .and_modify(|values| {
                values.push_str(", ");
                values.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    Ok(message)
}

fn length(headers: &BTreeMap<String, String>) -> Result<usize> {
    if headers.contains_key("transfer-encoding") {
        return Err(invalid("a body of a declared length"));
    }
    let length = headers.get("content-length").map_or(Ok(0), |length| length.parse::<usize>());
    length.ok().filter(|length| *length <= BODY).ok_or_else(|| invalid("a body of at most 16 MiB"))
}

fn invalid(expected: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut bytes: &[u8]) -> Result<Vec<Message>> {
        let (mut reader, mut messages) = (Reader::default(), Vec::new());
        while let Some(message) = reader.next(&mut bytes).await? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[tokio::test]
    async fn requests_follow_one_another() {
        let messages =
            read(b"POST /a?b HTTP/1.1\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\n\r\n")
                .await
                .unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!((messages[0].path.as_str(), messages[0].body.as_slice()), ("/a?b", b"abc".as_slice()));
        assert_eq!(messages[0].headers["x-one"], "1, 2");
        assert_eq!((messages[1].method.as_str(), messages[1].path.as_str()), ("GET", "/c"));
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused() {
        for bytes in [
            b"hello\r\n\r\n".as_slice(),
            b"GET / HTTP/1.0\r\n\r\n",
            b"GET / HTTP/1.1\r\nnonsense\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"\xff\r\n\r\n",
            "a".repeat(HEAD + 1).as_bytes(),
        ] {
            assert_eq!(read(bytes).await.unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }

    #[tokio::test]
    async fn a_request_that_breaks_off_is_an_error() {
        for bytes in [b"GET / HT".as_slice(), b"GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"] {
            assert_eq!(read(bytes).await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        }
    }
}
