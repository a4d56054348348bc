//! The places of tokens: the document, files, the environment.

use servo_testkit::backend::Received;

use super::ordeal::endure;
use super::{canary, carried};
use crate::document::{appdynamics, document, service};
use crate::optimizer::Optimizer;
use crate::program::Place;

/// A place whose servo may tell diagnostics, and measures for seconds.
fn open(text: &str) -> Place {
    let text = text.replace(&service(100_000), &service(20));
    Place::new(&format!("no_diagnostics: false\n{text}"))
}

fn opsani(optimizer: &Optimizer, more: &str) -> Place {
    open(&document(&format!("id: example.com/shop, base_url: \"http://{}\"{more}", optimizer.address)))
}

/// Asserts that a token reaches the optimizer behind `Bearer` and is kept by a servo of this place.
async fn is_kept(token: &str, place: impl Fn(&Optimizer) -> Place) {
    let bearer = format!("Bearer {token}");
    endure(&[token], place, |requests: &[Received]| carried(requests, "authorization", &bearer)).await;
}

#[tokio::test]
async fn a_token_in_the_document() {
    let token = canary("token");
    is_kept(&token, |optimizer| opsani(optimizer, &format!(", token: \"{token}\""))).await;
}

#[tokio::test]
async fn a_token_in_a_file() {
    let token = canary("token-file");
    is_kept(&token, |optimizer| {
        let place = opsani(optimizer, ", token_file: token");
        place.write("token", &format!("{token}\n"));
        place
    })
    .await;
}

#[tokio::test]
async fn a_token_in_the_environment() {
    let token = canary("opsani-token");
    is_kept(&token, |optimizer| opsani(optimizer, "").with("OPSANI_TOKEN", &token)).await;
}

#[tokio::test]
async fn a_token_in_a_file_that_the_environment_names() {
    let token = canary("opsani-token-file");
    is_kept(&token, |optimizer| {
        let place = opsani(optimizer, "");
        let file = place.write("token", &token);
        place.with("OPSANI_TOKEN_FILE", file.to_str().unwrap())
    })
    .await;
}

#[tokio::test]
async fn a_token_with_a_header_of_its_own() {
    let token = canary("sf-token");
    let place = |optimizer: &Optimizer| opsani(optimizer, &format!(", token: \"X-SF-Token {token}\""));
    endure(&[&token], place, |requests: &[Received]| carried(requests, "x-sf-token", &token)).await;
}

#[tokio::test]
async fn a_token_of_the_platform_in_the_environment() {
    let token = canary("appd-token");
    is_kept(&token, |optimizer| {
        let text = appdynamics(&format!("base_url: \"http://{}\"", optimizer.address));
        open(&text).with("APPD_TOKEN", format!("Bearer {token}"))
    })
    .await;
}

#[tokio::test]
async fn a_token_in_a_connection_file() {
    let token = canary("connection-file");
    is_kept(&token, |optimizer| {
        let place = open(&appdynamics("connection_file: connection.yaml"));
        let text =
            format!("Authorization: Bearer {token}\nEndpoint: http://{}\nTenantId: t\n", optimizer.address);
        place.write("connection.yaml", &text);
        place
    })
    .await;
}
