//! Scripted optimizers on sockets of this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use servo_testkit::backend::{Answer, Backend, Kind, Received};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::soon;

/// An optimizer that listens, and ends with its owner.
pub(crate) struct Optimizer {
    pub(crate) backend: Backend,
    pub(crate) address: SocketAddr,
    _accepting: JoinSet<()>,
}

impl Optimizer {
    /// Starts one without work, over plain http.
    pub(crate) async fn start() -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), None).await
    }

    /// Starts one over TLS.
    pub(crate) async fn start_tls(tls: ServerConfig) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), Some(TlsAcceptor::from(Arc::new(tls)))).await
    }

    /// Starts one at an address.
    pub(crate) async fn at(address: SocketAddr, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (backend, mut accepting) = (Backend::new(), JoinSet::new());
        let serving = backend.clone();
        accepting.spawn(async move {
            let mut handshakes = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let Some(tls) = tls.clone() else {
                    serving.serve_stream(stream);
                    continue;
                };
                let serving = serving.clone();
                handshakes.spawn(async move {
                    // A handshake that fails is for the client to report.
                    if let Ok(stream) = tls.accept(stream).await {
                        serving.serve_stream(stream);
                    }
                });
            }
        });
        Self { backend, address, _accepting: accepting }
    }

    /// Waits for requests of a kind, and gives the last of so many.
    pub(crate) async fn hear(&self, kind: Kind, count: usize) -> Received {
        soon(&format!("{kind} {count}"), self.backend.wait_for(kind, count)).await
    }

    /// Keeps the servo asking: it sleeps for a second at a time.
    pub(crate) fn keep_awake(&self) {
        self.backend.always(Kind::WhatsNext, Answer::sleep(1));
    }
}
