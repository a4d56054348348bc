//! The one question to a server that is starting: what status has this path?

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Returns the status with which a server answers a request; `None` where it does not answer within a second.
pub(super) async fn status(address: &str, path: &str) -> Option<u16> {
    tokio::time::timeout(Duration::from_secs(1), ask(address, path)).await.ok().flatten()
}

async fn ask(address: &str, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.ok()?;
    std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.")?.get(2..)?.parse().ok()
}
