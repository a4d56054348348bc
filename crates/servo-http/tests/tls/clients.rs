//! How a client says who it is.

use servo_http::tls::{Identity, Tls};

use crate::authority::{Authority, Issued};
use crate::server::Server;
use crate::{bundle, get, refusal};

/// Trusts an authority, and shows a certificate.
fn known(authority: &Authority, client: &Issued) -> Tls {
    let identity =
        Identity { chain: client.certificate.pem().into_bytes(), key: client.key.serialize_pem().into() };
    Tls { identity: Some(identity), ..bundle(authority.pem()) }
}

/// Starts a server that wants to know its clients.
async fn server(authority: &Authority) -> Server {
    Server::start(Some(authority.clients_only(&authority.issue("localhost")))).await
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_refuses_a_client_without() {
    let authority = Authority::new();
    let server = server(&authority).await;
    let refusal = refusal(&server, bundle(authority.pem())).await;
    assert!(refusal.contains("CertificateRequired"), "{refusal}");
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_is_shown_that_of_the_client() {
    let authority = Authority::new();
    let server = server(&authority).await;
    let client = authority.issue("servo.example");
    let response = get(&server, known(&authority, &client)).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.body, client.certificate.der().to_vec(), "the server answers with what it was shown");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let authority = Authority::new();
    let server = server(&authority).await;
    let refusal = refusal(&server, known(&authority, &Authority::new().issue("servo.example"))).await;
    assert!(!refusal.is_empty());
}

#[tokio::test]
async fn a_certificate_is_shown_to_nobody_who_does_not_ask() {
    let authority = Authority::new();
    let server = Server::start(Some(authority.issue("localhost").server(rustls::ALL_VERSIONS))).await;
    let response = get(&server, known(&authority, &authority.issue("servo.example"))).await.unwrap();
    assert!(response.body.is_empty());
}
