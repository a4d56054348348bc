//! The key of a client certificate.

use servo_testkit::backend::Kind;

use super::ordeal::{lead, prepare, uploads_nothing};
use super::{LOGS, both, canary, is_discreet, shows_none};
use crate::authority::Authority;
use crate::document::{opsani, service};
use crate::optimizer::Optimizer;
use crate::program::Place;

const FILES: &str =
    "settings: {ssl_verify: ca.pem, client_certificate: {certificate: tls.crt, key: tls.key}}";

#[tokio::test]
async fn a_key_that_is_used() {
    for arguments in LOGS {
        let authority = Authority::new();
        let optimizer = Optimizer::start_tls(authority.server_for_clients()).await;
        let text = opsani(&format!("https://localhost:{}", optimizer.address.port()));
        let text = text.replace(&service(100_000), &service(20));
        let place = Place::new(&format!("no_diagnostics: false\n{text}{FILES}\n"));
        let client = authority.issue("servo.example.com");
        let key = client.key_pem();
        for (name, text) in [("ca.pem", authority.pem()), ("tls.crt", client.pem()), ("tls.key", key.clone())]
        {
            place.write(name, &text);
        }
        let secrets: Vec<&str> = key.lines().filter(|line| !line.starts_with('-')).collect();
        prepare(&optimizer.backend, "nothing");
        let ran = lead(&optimizer, &place, arguments).await;
        is_discreet(&ran, &secrets);
        // Who has not proved to have the key is not heard by this server.
        assert!(optimizer.backend.count(Kind::Hello) > 0);
        uploads_nothing(&optimizer.backend.requests(), &secrets);
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_used() {
    let (authority, key) = (Authority::new(), canary("key"));
    let client = authority.issue("servo.example.com");
    let pem = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let other = authority.issue("other.example.com").key_pem();
    let lines: String = other.lines().filter(|line| !line.starts_with('-')).collect();
    for (text, secret) in [
        (pem("PRIVATE KEY", &key), &key),
        (pem("RSA PRIVATE KEY", "Q0FOQVJZLWtleS0zZjlhK2M3L2UxPTVi"), &key),
        (key.clone(), &key),
        (format!("-----BEGIN PRIVATE KEY-----\n{key}"), &key),
        (other, &lines),
    ] {
        let place = Place::new(&format!("{}{FILES}\n", opsani("https://localhost:9")));
        for (name, text) in [("ca.pem", authority.pem()), ("tls.crt", client.pem()), ("tls.key", text)] {
            place.write(name, &text);
        }
        for ran in both(&place).await {
            assert_eq!(ran.code, 78, "{}", ran.stderr);
            ran.says(&["settings.client_certificate"]);
            shows_none(&ran, &[secret.as_str()]);
        }
    }
}
