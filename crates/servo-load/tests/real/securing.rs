//! TLS, and HTTP/2 over it.

use std::sync::Arc;

use http::Version;
use rcgen::generate_simple_self_signed;
use rustls::ServerConfig;
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde_json::json;
use tokio_rustls::TlsAcceptor;

use crate::fixture::{attack, of, section};
use crate::server::{Answers, Server};

/// Speaks TLS with a certificate that nobody vouches for.
pub(crate) fn acceptor(alpn: &[&str]) -> TlsAcceptor {
    let own = generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut configuration =
        builder.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key.into()).unwrap();
    configuration.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(configuration).into()
}

fn versions(server: &Server) -> Vec<Version> {
    server.heads().into_iter().map(|(_, version)| version).collect()
}

fn target(server: &Server) -> String {
    format!("GET https://localhost:{}/", server.port)
}

#[tokio::test]
async fn certificates_are_verified_unless_it_is_configured_otherwise() {
    let server = Server::start(Answers::With(200), Some(acceptor(&[])));
    let error = attack(section("50/1s", &target(&server), &json!({})), "200ms").await.unwrap_err();
    assert!(error.message().contains("invalid peer certificate"), "{error}");
    assert_eq!(server.requests(), 0);
    let measured =
        attack(section("50/1s", &target(&server), &json!({"insecure": true})), "200ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), server.requests()), (0.0, 10));
    assert_eq!(versions(&server), [Version::HTTP_11]);
}

#[tokio::test]
async fn http2_is_spoken_on_one_connection_with_servers_that_choose_it() {
    let server = Server::start(Answers::With(200), Some(acceptor(&["h2", "http/1.1"])));
    let measured =
        attack(section("200/1s", &target(&server), &json!({"insecure": true})), "500ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), server.requests()), (0.0, 100));
    assert_eq!((versions(&server), server.connections()), (vec![Version::HTTP_2], 1));
}

#[tokio::test]
async fn http1_is_spoken_where_http2_is_switched_off_or_connections_are_not_kept() {
    for more in [json!({"insecure": true, "http2": false}), json!({"insecure": true, "keepalive": false})] {
        let server = Server::start(Answers::With(200), Some(acceptor(&["h2", "http/1.1"])));
        let measured = attack(section("50/1s", &target(&server), &more), "200ms").await.unwrap();
        assert_eq!((of(&measured, "error_rate"), server.requests()), (0.0, 10));
        assert_eq!(versions(&server), [Version::HTTP_11]);
    }
}

#[tokio::test]
async fn a_stalled_answer_over_http2_holds_up_no_other() {
    let server = Server::start(Answers::EveryOther, Some(acceptor(&["h2"])));
    let more = json!({"insecure": true, "timeout": "400ms"});
    let measured = attack(section("100/1s", &target(&server), &more), "400ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), server.requests(), server.connections()), (50.0, 40, 1));
    assert!(of(&measured, "latency_50th") < 400.0 && of(&measured, "latency_max") == 400.0);
}
