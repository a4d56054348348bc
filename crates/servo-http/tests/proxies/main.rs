//! How requests go through proxies, against real proxies and servers on this machine.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod http_proxy;
mod over_http;
mod over_socks;
mod relay;
#[path = "../tls/server.rs"]
mod server;
mod socks_proxy;
mod which;

use http::Method;
use http::header::{AUTHORIZATION, HeaderValue};
use rustls::ServerConfig;
use rustls_pki_types::PrivatePkcs8KeyDer;
use servo_http::proxy::Proxies;
use servo_http::tls::{Tls, Trust};
use servo_http::{Client, Error, Options, Request, Response};

use self::server::Server;

/// What only the server may see.
const TOKEN: &str = "Bearer for-the-server-alone";

/// A name that only the proxies can lead to: nothing resolves it.
const NAME: &str = "server.test";

/// Starts a server over TLS for that name, and returns what makes a client trust it.
async fn https_server() -> (Server, Tls) {
    let own = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let configuration =
        ServerConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key.into())
            .unwrap();
    let tls = Tls { trust: Trust::Bundle(own.cert.pem().into_bytes()), identity: None };
    (Server::start(Some(configuration)).await, tls)
}

/// Starts a server without TLS.
async fn http_server() -> (Server, Tls) {
    (Server::start(None).await, Tls { trust: Trust::Anyone, identity: None })
}

/// Sends everything through one proxy.
fn through(address: &str) -> Proxies {
    Proxies::from_rules([("all://", Some(address))]).unwrap()
}

/// Sends a request with a token.
async fn get(url: &str, tls: &Tls, proxies: Proxies) -> Result<Response, Error> {
    let client = Client::new(Options { tls: tls.clone(), proxies, ..Options::default() }).unwrap();
    let mut token = HeaderValue::from_static(TOKEN);
    token.set_sensitive(true);
    client.send(Request::new(Method::GET, url.parse().unwrap()).header(AUTHORIZATION, token)).await
}

/// Returns the message of an error with all of its causes.
fn chain(error: &Error) -> String {
    std::iter::successors(Some(error as &dyn std::error::Error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Asserts that a server had one request, with the token and with nothing that is for proxies.
fn assert_served(server: &Server) {
    let heads = server.heads();
    assert_eq!(heads.len(), 1, "{heads:?}");
    let head = heads.concat();
    assert!(head.starts_with("GET /path HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(TOKEN), "{head}");
    assert!(!head.to_ascii_lowercase().contains("proxy-"), "{head}");
}
