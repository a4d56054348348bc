//! A server that answers as a test wants, and counts.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

/// How a server answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answers {
    /// With this status.
    With(u16),
    /// After so long.
    After(Duration),
    /// At once, but whatever comes within the second duration after the first, counted from the first request, is
    /// answered when that is over.
    Stalling(Duration, Duration),
    /// Every other request not at all.
    EveryOther,
    /// With a body of so many bytes.
    Bytes(usize),
}

/// What a server has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) requests: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) heads: Mutex<Vec<(String, Version)>>,
    pub(crate) bodies: Mutex<Vec<Bytes>>,
    first: Mutex<Option<Instant>>,
}

/// A server on a thread of its own, which ends with its owner.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) seen: Arc<Seen>,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start(answers: Answers, tls: Option<TlsAcceptor>) -> Self {
        Self::serving(move |stream, seen| {
            let tls = tls.clone();
            async move {
                match tls {
                    None => serve(stream, false, answers, seen).await,
                    Some(acceptor) => {
                        let Ok(stream) = acceptor.accept(stream).await else { return };
                        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        serve(stream, is_http2, answers, seen).await;
                    }
                }
            }
        })
    }

    /// One that closes each connection after an answer, without a word.
    pub(crate) fn closing() -> Self {
        Self::serving(|mut stream, seen| async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = stream.read_u8().await else { return };
                head.push(byte);
            }
            seen.requests.fetch_add(1, Ordering::Relaxed);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        })
    }

    fn serving<F>(serve: impl Fn(TcpStream, Arc<Seen>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let seen = Arc::<Seen>::default();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&seen);
        runtime.handle().spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                shared.connections.fetch_add(1, Ordering::Relaxed);
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, seen, runtime: Some(runtime) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.seen.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// The first lines of requests that came, each once.
    pub(crate) fn heads(&self) -> Vec<(String, Version)> {
        let mut heads = locked(&self.seen.heads).clone();
        heads.sort_by(|one, other| one.0.cmp(&other.0));
        heads.dedup();
        heads
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve<S>(stream: S, is_http2: bool, answers: Answers, seen: Arc<Seen>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |request| answer(request, answers, Arc::clone(&seen)));
    let io = TokioIo::new(stream);
    // Clients that go away are none of its business.
    if is_http2 {
        let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(io, service)
            .await;
    } else {
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
    }
}

async fn answer(
    request: Request<Incoming>,
    answers: Answers,
    seen: Arc<Seen>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let number = seen.requests.fetch_add(1, Ordering::Relaxed);
    let now = Instant::now();
    let first = *locked(&seen.first).get_or_insert(now);
    locked(&seen.heads).push((format!("{} {}", request.method(), request.uri().path()), request.version()));
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    if !body.is_empty() {
        locked(&seen.bodies).push(body);
    }
    let mut status = 200;
    let mut length = 2;
    match answers {
        Answers::With(other) => status = other,
        Answers::After(wait) => tokio::time::sleep(wait).await,
        Answers::Stalling(from, lasts) => {
            if now >= first + from && now < first + from + lasts {
                tokio::time::sleep_until(first + from + lasts).await;
            }
        }
        Answers::EveryOther if number % 2 == 1 => std::future::pending().await,
        Answers::EveryOther => {}
        Answers::Bytes(bytes) => length = bytes,
    }
    let mut response = Response::new(Full::new(Bytes::from(vec![b'x'; length])));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}
