//! The server of `/livez`, `/readyz` and `/metrics`.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use servo_core::{Error, Result};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::board::Board;
use super::routes;

/// How many connections there are at once; further ones wait in the queue of the system.
const MOST_CONNECTIONS: usize = 64;
/// How long a request may take to arrive.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// How long a connection lasts at most, with whoever reads the answer slowly.
const CONNECTION_LIMIT: Duration = Duration::from_secs(30);
/// How much of a request is kept in memory; more is refused.
const MOST_BYTES: usize = 16 * 1024;
/// How long to wait after the system could not give a connection out, such as for want of open files.
const PAUSE: Duration = Duration::from_secs(1);

/// A server that listens already, and serves as long as [`serve`] runs.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// The address is taken, or none of this machine.
    pub async fn bind(address: SocketAddr) -> Result<Self> {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok(Self { listener, address })
        };
        bound.await.map_err(|error: std::io::Error| {
            let help = "choose another address: one of this machine, whose port no other program listens on; with \
                        port 0 the system chooses one";
            Error::failed(format!("cannot listen at {address}")).with_source(error).with_help(help)
        })
    }

    /// Returns the address, with the port that the system chose where it was 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves until it is dropped. Each connection is for one request.
pub async fn serve(server: Server, board: Arc<Board>) {
    let mut connections = JoinSet::new();
    let mut is_failing = false;
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MOST_CONNECTIONS {
            connections.join_next().await;
        }
        match server.listener.accept().await {
            Ok((stream, _)) => {
                is_failing = false;
                connections.spawn(converse(stream, Arc::clone(&board)));
            }
            Err(error) => {
                if !is_failing {
                    tracing::warn!("cannot accept connections at {}: {error}", server.address);
                }
                is_failing = true;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Answers one request. Whoever asks for something else than HTTP, or too slowly, is left alone.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, board: Arc<Board>) {
    let service = service_fn(|request: Request<Incoming>| {
        ready(Ok::<_, Infallible>(routes::answer(&board, request.method(), request.uri())))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_LIMIT)
        .keep_alive(false)
        .max_buf_size(MOST_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    match tokio::time::timeout(CONNECTION_LIMIT, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!("a connection ended early: {error}"),
        Err(_) => tracing::debug!("a connection took longer than {}s", CONNECTION_LIMIT.as_secs()),
    }
}

#[cfg(test)]
mod tests;
