//! A server on a free port of this machine, over TLS or not, that answers every request with what it knows of the client.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// A server that ends with its owner.
pub(crate) struct Server {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    _accepting: JoinSet<()>,
}

impl Server {
    /// Starts a server.
    pub(crate) async fn start(tls: Option<ServerConfig>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let acceptor = tls.map(|configuration| TlsAcceptor::from(Arc::new(configuration)));
        let mut accepting = JoinSet::new();
        let seen = Arc::clone(&heads);
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                connections.spawn(async move {
                    let Some(acceptor) = acceptor else { return answer(stream, b"", &seen).await };
                    // A handshake that fails is for the client to report.
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let client = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                    let client = client.map(|certificate| certificate.to_vec()).unwrap_or_default();
                    answer(stream, &client, &seen).await;
                });
            }
        });
        Self { port, heads, _accepting: accepting }
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers one request with the certificate of the client, which is empty where it has none.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, client: &[u8], heads: &Mutex<Vec<String>>) {
    let Some(head) = read_head(&mut stream).await else { return };
    heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", client.len());
    let _ = stream.write_all(&[answer.as_bytes(), client].concat()).await;
    let _ = stream.shutdown().await;
}

/// Reads what comes before the body, byte by byte so that nothing behind it is lost.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
