//! The secrets of a client of a token endpoint, and the tokens that it is issued.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use servo_testkit::backend::{Answer, Kind, Received};

use super::ordeal::{echoing, endure};
use super::{canary, carried};
use crate::document::{appdynamics, service};
use crate::optimizer::Optimizer;
use crate::program::Place;

/// A client whose secret is a canary, as it is sent.
fn basic(secret: &str) -> String {
    let encoded = secret.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("Basic {}", STANDARD.encode(format!("c1:{encoded}")))
}

/// Prepares what the endpoint answers: it repeats the secret, issues what cannot be used, and at last a token.
fn prepare(optimizer: &Optimizer, secret: &str, issued: &str) {
    for answer in [
        echoing(503, secret),
        echoing(401, secret),
        echoing(200, secret),
        Answer::json(200, json!({"access_token": issued, "token_type": "mac"})),
        Answer::json(200, json!({"access_token": format!("{issued}\n{issued}")})),
        Answer::json(500, json!({"access_token": issued, "error": secret})),
    ] {
        optimizer.backend.answer(Kind::Token, answer);
    }
    optimizer.backend.always(Kind::Token, Answer::token(issued, 3600));
}

/// A place whose servo is a client with this secret, in the document or in the environment.
fn place(optimizer: &Optimizer, secret: &str, is_written: bool) -> Place {
    let base = format!("tenant_id: t1, client_id: c1, base_url: \"http://{}\"", optimizer.address);
    let written = if is_written { format!(", client_secret: \"{secret}\"") } else { String::new() };
    let text = appdynamics(&(base + &written)).replace(&service(100_000), &service(20));
    let place = Place::new(&format!("no_diagnostics: false\n{text}"));
    if is_written { place } else { place.with("APPD_CLIENT_SECRET", secret) }
}

/// Asserts that both are sent, and kept; the optimizer repeats the first of them.
async fn are_kept(secret: &str, issued: &str, is_secret_repeated: bool, is_written: bool) {
    let secrets = if is_secret_repeated { [secret, issued] } else { [issued, secret] };
    let place = |optimizer: &Optimizer| {
        prepare(optimizer, secret, issued);
        place(optimizer, secret, is_written)
    };
    let is_carried = |requests: &[Received]| {
        carried(requests, "authorization", &basic(secret))
            && carried(requests, "authorization", &format!("Bearer {issued}"))
    };
    endure(&secrets, place, is_carried).await;
}

#[tokio::test]
async fn a_client_secret_in_the_document() {
    are_kept(&canary("client-secret"), &canary("issued-1"), true, true).await;
}

#[tokio::test]
async fn a_client_secret_in_the_environment() {
    are_kept(&canary("appd-secret"), &canary("issued-2"), true, false).await;
}

#[tokio::test]
async fn a_token_that_was_issued() {
    are_kept(&canary("client-secret-2"), &canary("access-token"), false, true).await;
}
