//! Which servers a client accepts, and how it says who it is, against real servers on this machine.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod authority;
mod clients;
mod server;
mod trust;
mod versions;

use http::Method;
use servo_http::tls::{Tls, Trust};
use servo_http::{Client, Error, Options, Request, Response};

use self::server::Server;

/// Sends a request to a server under the name `localhost`.
async fn get(server: &Server, tls: Tls) -> Result<Response, Error> {
    let client = Client::new(Options { tls, ..Options::default() }).unwrap();
    let url = format!("https://localhost:{}/", server.port()).parse().unwrap();
    client.send(Request::new(Method::GET, url)).await
}

/// Sends a request, and returns why there is no response: the message and all of its causes.
async fn refusal(server: &Server, tls: Tls) -> String {
    let error = get(server, tls).await.unwrap_err();
    assert!(server.heads().is_empty(), "nothing is sent to a server that is refused");
    std::iter::successors(Some(&error as &dyn std::error::Error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Trusts those of a bundle.
fn bundle(pem: impl Into<Vec<u8>>) -> Tls {
    Tls { trust: Trust::Bundle(pem.into()), identity: None }
}

/// Trusts anybody.
fn anyone() -> Tls {
    Tls { trust: Trust::Anyone, identity: None }
}
