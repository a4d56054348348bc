//! A place that requests go to: its addresses, its connections at rest, and which HTTP it speaks.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use servo_core::{Error, Result};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fault::Fault;
use super::http2::Negotiation;
use super::job::Job;
use crate::target::Authority;

/// How long addresses are taken for good.
const FRESH: Duration = Duration::from_secs(30);

/// How long one of several addresses is tried before the next.
const ONE_OF_SEVERAL: Duration = Duration::from_secs(1);

/// A place that requests go to.
#[derive(Debug)]
pub(super) struct Host {
    name: String,
    port: u16,
    tls: Option<Tls>,
    addresses: tokio::sync::Mutex<Addresses>,
    resting: Mutex<Resting>,
    pub(super) negotiation: Negotiation,
}

/// How TLS is spoken with a host.
struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

#[derive(Debug, Default)]
struct Addresses {
    found: Vec<SocketAddr>,
    at: Option<Instant>,
    /// The one that was connected to last.
    good: usize,
}

/// Connections of HTTP/1.1 that have nothing to do, each by what takes its next request; the last is the freshest.
#[derive(Debug, Default)]
struct Resting {
    connections: Vec<(u64, mpsc::Sender<Job>)>,
    next: u64,
}

/// A connection, before anything is said on it.
pub(super) enum Connected {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connected {
    /// Returns true where both sides have agreed on HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tls(stream) => stream.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

impl Host {
    /// Creates it; nothing is connected yet.
    ///
    /// # Errors
    ///
    /// A name that no certificate can have.
    pub(super) fn new(authority: &Authority, tls: Option<&Arc<ClientConfig>>) -> Result<Self> {
        let tls = tls.filter(|_| authority.is_tls).map(|configuration| {
            let name = ServerName::try_from(authority.host.clone()).map_err(|error| {
                Error::configuration(format!("`{}` is no name of a host for TLS", authority.host))
                    .with_source(error)
            })?;
            Ok::<_, Error>((Tls { connector: Arc::clone(configuration).into(), name }, configuration))
        });
        let tls = tls.transpose()?;
        let offers_http2 =
            tls.as_ref().is_some_and(|(_, it)| it.alpn_protocols.iter().any(|name| name == b"h2"));
        Ok(Self {
            name: authority.host.clone(),
            port: authority.port,
            tls: tls.map(|(tls, _)| tls),
            addresses: tokio::sync::Mutex::default(),
            resting: Mutex::default(),
            negotiation: Negotiation::new(offers_http2),
        })
    }

    /// Connects, with TLS where that is spoken. May take as long as it needs.
    ///
    /// # Errors
    ///
    /// Why there is no connection.
    pub(super) async fn connect(&self) -> Result<Connected, Fault> {
        let stream = self.dial().await?;
        // Each request is written at once; waiting for more would be counted as latency.
        stream.set_nodelay(true).map_err(|error| Fault::connecting(&error))?;
        let Some(tls) = &self.tls else { return Ok(Connected::Plain(stream)) };
        let secured = tls.connector.connect(tls.name.clone(), stream).await;
        secured.map(|stream| Connected::Tls(Box::new(stream))).map_err(|error| Fault::connecting(&error))
    }

    /// Connects to the address that was good before, or else to the first of the others that is.
    async fn dial(&self) -> Result<TcpStream, Fault> {
        let (addresses, good) = self.addresses().await?;
        let count = addresses.len();
        let mut failed = Fault::Connect("the name has no address".to_owned());
        for turn in 0..count {
            let index = good.saturating_add(turn) % count;
            let Some(address) = addresses.get(index) else { continue };
            let connecting = TcpStream::connect(address);
            let connected = if turn.saturating_add(1) < count {
                tokio::time::timeout(ONE_OF_SEVERAL, connecting).await
            } else {
                Ok(connecting.await)
            };
            match connected {
                Ok(Ok(stream)) => {
                    if turn > 0 {
                        self.addresses.lock().await.good = index;
                    }
                    return Ok(stream);
                }
                Ok(Err(error)) => failed = Fault::connecting(&error),
                Err(_) => failed = Fault::Connect("timed out".to_owned()),
            }
        }
        Err(failed)
    }

    /// Gives the addresses, which are asked for again once they are old; if that fails, the old ones are kept.
    async fn addresses(&self) -> Result<(Vec<SocketAddr>, usize), Fault> {
        let mut known = self.addresses.lock().await;
        if known.at.is_none_or(|at| at.elapsed() >= FRESH) {
            match tokio::net::lookup_host((self.name.as_str(), self.port)).await {
                Ok(found) => {
                    let found: Vec<SocketAddr> = found.collect();
                    if found != known.found {
                        *known = Addresses { found, ..Addresses::default() };
                    }
                }
                Err(_) if !known.found.is_empty() => {}
                Err(error) => return Err(Fault::Connect(format!("cannot resolve the name: {error}"))),
            }
            known.at = Some(Instant::now());
        }
        Ok((known.found.clone(), known.good))
    }

    /// Puts a connection to rest, and gives what it is known by.
    pub(super) fn rest(&self, inbox: mpsc::Sender<Job>) -> u64 {
        let mut resting = self.resting();
        resting.next = resting.next.wrapping_add(1);
        let id = resting.next;
        resting.connections.push((id, inbox));
        id
    }

    /// Forgets a connection at rest.
    pub(super) fn forget(&self, id: u64) {
        self.resting().connections.retain(|(known, _)| *known != id);
    }

    /// Hands a job to a connection at rest.
    ///
    /// # Errors
    ///
    /// The job, where there is none.
    pub(super) fn hand(&self, mut job: Job) -> Result<(), Job> {
        loop {
            let Some((_, inbox)) = self.resting().connections.pop() else { return Err(job) };
            match inbox.try_send(job) {
                Ok(()) => return Ok(()),
                // It was closed meanwhile.
                Err(error) => job = error.into_inner(),
            }
        }
    }

    fn resting(&self) -> MutexGuard<'_, Resting> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("name", &self.name).finish_non_exhaustive()
    }
}
