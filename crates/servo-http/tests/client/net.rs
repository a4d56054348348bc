//! Servers written by hand, at the other end of connections that never leave the process.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use servo_http::dial::{Dial, Stream};
use servo_http::{Client, Options, Request};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, DuplexStream, ReadBuf};
use tokio::task::JoinSet;
use url::Url;

/// How many bytes are under way in each direction at most.
pub(crate) const BUFFER: usize = 16 * 1024;

type Serving = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// A network with one server: what it does with its first connection, its second, and so on.
pub(crate) struct Net {
    serve: Box<dyn Fn(usize, DuplexStream) -> Serving + Send + Sync>,
    tasks: Mutex<JoinSet<io::Result<()>>>,
    dialed: Mutex<Vec<String>>,
    is_resetting: bool,
}

impl Net {
    /// Serves each connection alike.
    pub(crate) fn new<F>(serve: impl Fn(DuplexStream) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        Self::numbered(move |_, stream| serve(stream))
    }

    /// Serves each connection as its number says, from 0 on.
    pub(crate) fn numbered<F>(serve: impl Fn(usize, DuplexStream) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        Self {
            serve: Box::new(move |number, stream| Box::pin(serve(number, stream))),
            tasks: Mutex::default(),
            dialed: Mutex::default(),
            is_resetting: false,
        }
    }

    /// Resets connections where others end them.
    pub(crate) fn resetting(mut self) -> Self {
        self.is_resetting = true;
        self
    }

    /// Lists what was connected to.
    pub(crate) fn dialed(&self) -> Vec<String> {
        self.dialed.lock().expect("no test panics with it").clone()
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Net")
    }
}

#[async_trait]
impl Dial for Net {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        let (near, far) = tokio::io::duplex(BUFFER);
        let mut dialed = self.dialed.lock().expect("no test panics with it");
        self.tasks.lock().expect("no test panics with it").spawn((self.serve)(dialed.len(), far));
        dialed.push(format!("{host}:{port}"));
        Ok(Box::new(Wire { io: near, is_resetting: self.is_resetting }))
    }
}

/// The client's end of a connection.
struct Wire {
    io: DuplexStream,
    is_resetting: bool,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        let is_end = buf.filled().len() == before;
        Poll::Ready(if is_end && self.is_resetting {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        })
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A connection that is never made, for one reason or another.
pub(crate) struct Nowhere(pub(crate) Option<io::ErrorKind>);

impl fmt::Debug for Nowhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nowhere")
    }
}

#[async_trait]
impl Dial for Nowhere {
    async fn dial(&self, _: &str, _: u16) -> io::Result<Box<dyn Stream>> {
        match self.0 {
            Some(kind) => Err(kind.into()),
            None => std::future::pending().await,
        }
    }
}

/// A request as a server sees it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Reads one request.
pub(crate) async fn read_request(stream: &mut DuplexStream) -> io::Result<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Seen { line, headers, body })
}

/// Counts what goes on in servers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn add(&self, more: usize) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Creates a client with the usual limits on this network.
pub(crate) fn client(dial: Arc<dyn Dial>) -> Client {
    Client::new(Options { dial, ..Options::default() }).expect("no certificates are configured")
}

pub(crate) fn get(url: &str) -> Request {
    Request::new(Method::GET, Url::parse(url).expect("a URL"))
}

pub(crate) fn post(url: &str, body: impl Into<Bytes>) -> Request {
    Request::new(Method::POST, Url::parse(url).expect("a URL")).body(body)
}

/// Writes an error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&error| error.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}
