//! A server in memory, with TLS or without, that answers as a test says.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rustls::ServerConfig;
use servo_http::dial::{Dial, Stream};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use url::Url;
use url::form_urlencoded::parse;

/// How many bytes are under way at most.
const BUFFER: usize = 64 * 1024;

/// A request as the server sees it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    /// What is in the URL and what is in the body.
    pub(super) form: HashMap<String, String>,
    pub(super) query: String,
}

/// What is done with a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// An answer, with a header line.
    Of(u16, String, String),
    /// An answer after this time.
    After(std::time::Duration, String),
    /// Bytes, after which the connection ends.
    Raw(Vec<u8>),
    /// Nothing, for ever.
    Silence,
}

impl Reply {
    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::Of(status, "Content-Type: application/json".to_owned(), body.to_owned())
    }

    pub(super) fn page(status: u16, body: &str) -> Self {
        Self::Of(status, "Content-Type: text/html; charset=utf-8".to_owned(), body.to_owned())
    }
}

type Answer = Box<dyn Fn(&Seen) -> Reply + Send + Sync>;

/// A server at every host and port.
pub(super) struct Server {
    shared: Arc<Shared>,
    tls: Mutex<Option<TlsAcceptor>>,
    /// How many connections are refused before one is made.
    refused: AtomicUsize,
    dialled: AtomicUsize,
    tasks: Mutex<JoinSet<io::Result<()>>>,
}

struct Shared {
    answer: Answer,
    seen: Mutex<Vec<Seen>>,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

impl Server {
    /// Answers each request as it says.
    pub(super) fn new(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        let shared = Shared {
            answer: Box::new(answer),
            seen: Mutex::default(),
            under_way: AtomicUsize::default(),
            most_under_way: AtomicUsize::default(),
        };
        Arc::new(Self {
            shared: Arc::new(shared),
            tls: Mutex::default(),
            refused: AtomicUsize::default(),
            dialled: AtomicUsize::default(),
            tasks: Mutex::default(),
        })
    }

    /// Answers these in turn, and the last of them for ever.
    pub(super) fn of(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        let replies = Mutex::new(replies.into_iter().collect::<VecDeque<_>>());
        Self::new(move |_| {
            let mut replies = replies.lock().unwrap();
            if replies.len() > 1 { replies.pop_front().unwrap() } else { replies[0].clone() }
        })
    }

    /// Speaks TLS from now on.
    pub(super) fn speak_tls(&self, configuration: ServerConfig) {
        *self.tls.lock().unwrap() = Some(TlsAcceptor::from(Arc::new(configuration)));
    }

    /// Refuses the next connections.
    pub(super) fn refuse(&self, number: usize) {
        self.refused.store(number, Ordering::SeqCst);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    pub(super) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    /// Says how often it was connected to, refused or not.
    pub(super) fn dialled(&self) -> usize {
        self.dialled.load(Ordering::SeqCst)
    }

    pub(super) fn most_under_way(&self) -> usize {
        self.shared.most_under_way.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

#[async_trait]
impl Dial for Server {
    async fn dial(&self, _: &str, _: u16) -> io::Result<Box<dyn Stream>> {
        self.dialled.fetch_add(1, Ordering::SeqCst);
        let one_less = |left: usize| left.checked_sub(1);
        if self.refused.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let (near, far) = tokio::io::duplex(BUFFER);
        let (shared, tls) = (Arc::clone(&self.shared), self.tls.lock().unwrap().clone());
        self.tasks.lock().unwrap().spawn(async move {
            match tls {
                Some(tls) => shared.serve(tls.accept(far).await?).await,
                None => shared.serve(far).await,
            }
        });
        Ok(Box::new(near))
    }
}

impl Shared {
    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        loop {
            let seen = read(&mut stream).await?;
            let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_under_way.fetch_max(now, Ordering::SeqCst);
            self.seen.lock().unwrap().push(seen.clone());
            let reply = (self.answer)(&seen);
            let written = write(&mut stream, reply).await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            if !written? {
                return stream.shutdown().await;
            }
        }
    }
}

/// Writes a reply; false where the connection ends with it.
async fn write(stream: &mut (impl AsyncWrite + Unpin), reply: Reply) -> io::Result<bool> {
    let (status, header, body) = match reply {
        Reply::Of(status, header, body) => (status, header, body),
        Reply::After(time, body) => {
            tokio::time::sleep(time).await;
            (200, "Content-Type: application/json".to_owned(), body)
        }
        Reply::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            return Ok(false);
        }
        Reply::Silence => std::future::pending().await,
    };
    let head = format!("HTTP/1.1 {status} Any\r\nContent-Length: {}\r\n{header}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.flush().await?;
    Ok(true)
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let mut line = lines.next().unwrap().split(' ').map(str::to_owned);
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let url = Url::parse("http://any").unwrap().join(&target).unwrap();
    let query = url.query().unwrap_or_default().to_owned();
    let form = parse(query.as_bytes()).into_owned().chain(parse(&body).into_owned()).collect();
    Ok(Seen { method, path: url.path().to_owned(), headers, form, query })
}
