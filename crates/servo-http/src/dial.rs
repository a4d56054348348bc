//! How a connection to a host is made, before proxies and TLS: TCP, or what a test puts in its place.

use std::error::Error;
use std::fmt;
use std::io;

use async_trait::async_trait;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service as _;

/// A connection, as bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// Makes connections.
#[async_trait]
pub trait Dial: Send + Sync + fmt::Debug + 'static {
    /// Connects to a host, by its name or address (one of IPv6 without brackets), and a port. May take as long as it
    /// needs: the limit is the client's.
    ///
    /// # Errors
    ///
    /// Why there is no connection.
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>>;
}

/// Connects over TCP, to the address that answers first where a name has several (RFC 8305).
#[derive(Clone, Copy, Debug, Default)]
pub struct Tcp;

#[async_trait]
impl Dial for Tcp {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let stream = connector.call(endpoint(host, port)?).await.map_err(|error| {
            let cause = error.source().and_then(<dyn Error>::downcast_ref::<io::Error>);
            io::Error::new(cause.map_or(io::ErrorKind::Other, io::Error::kind), error)
        })?;
        Ok(Box::new(stream.into_inner()))
    }
}

/// Writes a host and a port as a URI, which is how connectors want them.
pub(crate) fn endpoint(host: &str, port: u16) -> io::Result<Uri> {
    let is_bare_ipv6 = host.contains(':') && !host.starts_with('[');
    let authority = if is_bare_ipv6 { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    Uri::builder()
        .scheme("http")
        .authority(authority)
        .path_and_query("/")
        .build()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_brackets_around_addresses_of_ipv6() {
        for (host, expected) in [
            ("example.com", "http://example.com:80/"),
            ("127.0.0.1", "http://127.0.0.1:80/"),
            ("::1", "http://[::1]:80/"),
            ("[::1]", "http://[::1]:80/"),
        ] {
            assert_eq!(endpoint(host, 80).expect("a URI").to_string(), expected);
        }
        assert_eq!(endpoint("not a host", 80).expect_err("spaces").kind(), io::ErrorKind::InvalidInput);
    }
}
