//! Whose certificates are accepted.

use std::sync::Arc;

use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ALL_VERSIONS, ServerConfig};
use servo_http::tls::Tls;

use crate::authority::{Authority, Issued};
use crate::server::Server;
use crate::{anyone, bundle, get, refusal};

async fn server(issued: &Issued) -> Server {
    Server::start(Some(issued.server(ALL_VERSIONS))).await
}

#[tokio::test]
async fn a_server_that_vouches_for_itself_is_refused_by_default() {
    let server = server(&Issued::by_itself("localhost")).await;
    let refusal = refusal(&server, Tls::default()).await;
    assert!(
        refusal.starts_with(&format!("cannot connect to https://localhost:{}", server.port())),
        "{refusal}"
    );
    assert!(refusal.contains("UnknownIssuer"), "{refusal}");
}

#[tokio::test]
async fn a_server_is_accepted_with_the_bundle_of_its_authority() {
    let authority = Authority::new();
    let server = server(&authority.issue("localhost")).await;
    assert_eq!(get(&server, bundle(authority.pem())).await.unwrap().status, 200);
    let both = [Authority::new().pem(), authority.pem()].concat();
    assert_eq!(get(&server, bundle(both)).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_bundle_trusts_nobody_else() {
    let server = server(&Authority::new().issue("localhost")).await;
    let refusal = refusal(&server, bundle(Authority::new().pem())).await;
    assert!(refusal.contains("certificate is not accepted"), "{refusal}");
}

#[tokio::test]
async fn a_server_that_vouches_for_itself_is_accepted_where_the_bundle_lists_it() {
    for issued in [Issued::by_itself("localhost"), Issued::by_itself_as_authority("localhost")] {
        let server = server(&issued).await;
        assert_eq!(get(&server, bundle(issued.certificate.pem())).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_listed_server_is_checked_like_any_other() {
    for (issued, expected) in [
        (Issued::by_itself_as_authority("other.example"), "not valid for name"),
        (Issued::by_itself_as_authority_expired("localhost"), "expired"),
    ] {
        let server = server(&issued).await;
        let refusal = refusal(&server, bundle(issued.certificate.pem())).await;
        assert!(refusal.contains(expected), "{refusal}");
    }
    let unlisted = server(&Issued::by_itself_as_authority("localhost")).await;
    let listed = Issued::by_itself_as_authority("localhost");
    let refusal = refusal(&unlisted, bundle(listed.certificate.pem())).await;
    assert!(refusal.contains("certificate is not accepted"), "{refusal}");
}

#[tokio::test]
async fn a_server_of_another_name_is_refused() {
    let authority = Authority::new();
    let server = server(&authority.issue("other.example")).await;
    let refusal = refusal(&server, bundle(authority.pem())).await;
    assert!(refusal.contains("not valid for name") && refusal.contains("other.example"), "{refusal}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let server = server(&authority.issue_expired("localhost")).await;
    let refusal = refusal(&server, bundle(authority.pem())).await;
    assert!(refusal.contains("expired"), "{refusal}");
}

#[tokio::test]
async fn whoever_trusts_anyone_accepts_every_certificate() {
    let authority = Authority::new();
    for issued in [
        Issued::by_itself("localhost"),
        Issued::by_itself_as_authority("localhost"),
        authority.issue("other.example"),
        authority.issue_expired("localhost"),
    ] {
        assert_eq!(get(&server(&issued).await, anyone()).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn even_who_trusts_anyone_refuses_a_server_without_the_key_of_its_certificate() {
    let (shown, held) = (Issued::by_itself("localhost"), Issued::by_itself("localhost"));
    let key = rustls::crypto::ring::sign::any_supported_type(&held.private_key()).unwrap();
    let stolen = CertifiedKey::new(vec![shown.certificate.der().clone()], key);
    for version in ALL_VERSIONS {
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(stolen.clone())));
        let server = Server::start(Some(tls)).await;
        let refusal = refusal(&server, anyone()).await;
        assert!(refusal.contains("BadSignature") || refusal.contains("signature"), "{refusal}");
    }
}
