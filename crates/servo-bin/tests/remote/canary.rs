//! A canary in every place where a secret can be set, and that it is never shown: not in the log at TRACE, as text or as
//! JSON, not in errors, not in diagnostics, whatever an optimizer, an issuer of tokens or a proxy says about it.
//!
//! Each test asserts, too, that the canary did reach the server as a credential and that requests were traced.

mod configuration;
mod diagnostics;
mod endpoints;
mod keys;
mod needle;
mod ordeal;
mod places;
mod proxies;

use servo_testkit::backend::Received;

use crate::program::{Place, Ran};
use needle::Needle;

/// The ways in which a servo logs everything.
const LOGS: [&[&str]; 2] =
    [&["--log-level", "trace", "run"], &["--log-level", "trace", "--log-format", "json", "run"]];

/// A secret for a place. It has characters that other formats write otherwise.
fn canary(place: &str) -> String {
    format!("CANARY-{place}-3f9a+c7/e1=5b")
}

/// Asserts that a run wrote no secret, and that it traced requests.
fn is_discreet(ran: &Ran, secrets: &[&str]) {
    shows_none(ran, secrets);
    let traced = |line: &str| line.contains("curl -X ") && line.contains("[REDACTED]");
    assert!(ran.stderr.lines().any(traced), "no request is traced:\n{}", ran.stderr);
}

/// Asserts that a run wrote no secret.
fn shows_none(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        Needle::of(secret).is_nowhere_in("standard error", &ran.stderr);
        Needle::of(secret).is_nowhere_in("standard output", &ran.stdout);
    }
}

/// Whether a request carried this as its authorization.
fn carried(requests: &[Received], header: &str, value: &str) -> bool {
    requests.iter().any(|request| request.header(header) == Some(value))
}

/// Runs a place to its end in both ways of logging, one after the other: they share the state folder.
async fn both(place: &Place) -> [Ran; 2] {
    [place.run(LOGS[0]).await, place.run(LOGS[1]).await]
}
