//! What all proxies of the tests do: note what they are asked, and lead every connection to one server.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A proxy on a free port of this machine, that ends with its owner.
pub(crate) struct Relay {
    port: u16,
    asked: Asked,
    _accepting: JoinSet<()>,
}

/// What a proxy was asked so far.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    pub(crate) fn push(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Relay {
    /// Starts a proxy that serves each connection in this way.
    pub(crate) async fn start<F>(serve: impl Fn(TcpStream, Asked) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Asked::default();
        let mut accepting = JoinSet::new();
        let noted = asked.clone();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, noted.clone()));
            }
        });
        Self { port, asked, _accepting: accepting }
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns what the proxy was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.all()
    }
}

/// Carries bytes in both directions until both sides have ended.
pub(crate) async fn carry(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: &mut TcpStream,
) -> Option<()> {
    tokio::io::copy_bidirectional(client, server).await.ok().map(|_| ())
}

/// Connects to the one server, whatever was asked for.
pub(crate) async fn upstream(port: u16) -> Option<TcpStream> {
    TcpStream::connect(("127.0.0.1", port)).await.ok()
}
