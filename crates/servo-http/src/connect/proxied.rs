//! Has a proxy lead a connection on to a host: `CONNECT` (RFC 9110, section 9.3.6), SOCKS 4a, SOCKS 5 (RFC 1928, 1929).

use std::future::Ready;
use std::io;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use secrecy::ExposeSecret as _;
use tower_service::Service;

use super::failure::Cause;
use super::watched::Watched;
use crate::proxy::{Kind, Proxy};

/// The most bytes of a user, and of a password, that SOCKS 5 can carry (RFC 1929, section 2).
const SOCKS5_LONGEST: usize = 255;

/// Has the proxy at the other end lead the connection on to `target`, whose port must be named: what is behind this
/// takes a missing one for 443.
pub(super) async fn lead(stream: Watched, proxy: &Proxy, target: Uri) -> Result<Watched, Cause> {
    let made = Made(Some(stream));
    // Nobody asks a connection that is there for an address.
    let nowhere = Uri::default();
    match proxy.kind {
        Kind::Http => {
            let tunnel = Tunnel::new(nowhere, made);
            let mut tunnel = match authorization(proxy)? {
                Some(value) => tunnel.with_auth(value),
                None => tunnel,
            };
            tunnel.call(target).await.map_err(|error| Cause::of(&error))
        }
        Kind::Socks4 => SocksV4::new(nowhere, made).call(target).await.map_err(|error| Cause::of(&error)),
        Kind::Socks5 => {
            let socks = SocksV5::new(nowhere, made);
            let mut socks = match &proxy.credentials {
                Some((user, password)) => {
                    let password = password.expose_secret();
                    if user.len() > SOCKS5_LONGEST || password.len() > SOCKS5_LONGEST {
                        return Err(Cause::new("SOCKS 5 takes users and passwords of at most 255 bytes"));
                    }
                    socks.with_auth(user.clone(), password.to_owned())
                }
                None => socks,
            };
            socks.call(target).await.map_err(|error| Cause::of(&error))
        }
    }
}

/// Returns the header `Proxy-Authorization` for a proxy with credentials (RFC 7617).
pub(crate) fn authorization(proxy: &Proxy) -> Result<Option<HeaderValue>, Cause> {
    let Some((user, password)) = &proxy.credentials else {
        return Ok(None);
    };
    let encoded = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
    let mut value = HeaderValue::from_str(&format!("Basic {encoded}")).map_err(|error| Cause::of(&error))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// A service that gives, once, the connection that it was made of.
struct Made(Option<Watched>);

impl Service<Uri> for Made {
    type Response = Watched;
    type Error = io::Error;
    type Future = Ready<io::Result<Watched>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        std::future::ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}
