//! Configurations that cannot work: exit code 78, the place, the fix, and no secret.

use crate::document::{TOKEN, service};
use crate::program::Place;

/// Runs a servo with this beginning of its document, which is refused with these parts in the message.
async fn refused(text: &str, parts: &[&str]) {
    let place = Place::new(&format!("{text}\n{}", service(1000)));
    place.write("empty.pem", "no certificate in here\n");
    place.write("broken.pem", "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n");
    let ran = place.run(&["run"]).await;
    assert_eq!(ran.code, 78, "{text}\n{}", ran.stderr);
    ran.says(parts);
    assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
}

/// The Opsani form in lines, with a token.
fn opsani(lines: &str) -> String {
    format!("optimizer:\n  token: {TOKEN}\n  base_url: https://optimizer.invalid\n  {lines}")
}

#[tokio::test]
async fn an_id_that_is_none_is_shown_at_its_value() {
    for id in ["shop", "a/shop", "example.com/", "example.com/..", "example.com/a b", "-xample.com/shop"] {
        refused(&opsani(&format!("id: {id}")), &["servo.yaml:4:7", "optimizer.id", "organization/name"])
            .await;
    }
}

#[tokio::test]
async fn what_is_missing_is_named_with_the_variables_that_may_give_it() {
    refused(
        "optimizer: {id: example.com/shop}",
        &["servo.yaml:1:", "missing key `token`", "OPSANI_TOKEN_FILE"],
    )
    .await;
    refused(
        &format!("optimizer: {{token: {TOKEN}}}"),
        &["servo.yaml:1:", "missing key `id`", "OPSANI_OPTIMIZER"],
    )
    .await;
    refused("optimizer: {}", &["servo.yaml:1:", "OPSANI_OPTIMIZER"]).await;
    refused("optimizer: {optimizer_id: abc}", &["servo.yaml:1:", "no credentials", "connection_file"]).await;
    let client = "optimizer: {optimizer_id: abc, client_id: c}";
    refused(client, &["`client_secret`", "`tenant_id`", "`base_url`", "APPD_CLIENT_SECRET"]).await;
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused() {
    for token in ["\"\"", "\"  \"", "\"a\\nb\"", "\"Bearer\"", "[a]", "12345"] {
        refused(
            &format!("optimizer:\n  id: example.com/shop\n  token: {token}"),
            &["servo.yaml:3:", "optimizer.token"],
        )
        .await;
    }
}

#[tokio::test]
async fn a_token_and_a_file_of_one_are_one_too_many() {
    let text = opsani("id: example.com/shop\n  token_file: token");
    refused(&text, &["servo.yaml:5:", "`token` and `token_file` are both given", "keep one"]).await;
}

#[tokio::test]
async fn the_two_forms_do_not_mix() {
    let text = opsani("id: example.com/shop\n  optimizer_id: abc");
    refused(&text, &["servo.yaml:", "optimizer"]).await;
    refused(&opsani("id: example.com/shop\n  embedded: {}"), &["servo.yaml:", "two optimizers"]).await;
}

#[tokio::test]
async fn an_unknown_key_is_answered_with_the_nearest() {
    refused(&opsani("id: example.com/shop\n  bse_url: x"), &["servo.yaml:5:3", "`bse_url`", "base_url"])
        .await;
    let settings = opsani("id: example.com/shop\nsettings:\n  ssl_verfy: false");
    refused(&settings, &["servo.yaml:6:3", "`ssl_verfy`", "ssl_verify"]).await;
}

#[tokio::test]
async fn a_url_that_is_none_is_shown_at_its_value() {
    for url in
        ["optimizer.example.com", "ftp://optimizer.invalid", "\"https://\"", "https://optimizer.invalid/?a=b"]
    {
        let text = format!("optimizer:\n  id: example.com/shop\n  token: {TOKEN}\n  base_url: {url}");
        refused(&text, &["servo.yaml:4:13", "optimizer.base_url"]).await;
    }
}

#[tokio::test]
async fn authorities_that_cannot_be_read_or_are_none_are_shown_at_their_key() {
    let folder = std::env::temp_dir();
    for file in ["absent.pem", "empty.pem", "broken.pem", folder.to_str().unwrap()] {
        let text = opsani(&format!("id: example.com/shop\nsettings:\n  ssl_verify: {file}"));
        refused(&text, &["servo.yaml:6:15", "settings.ssl_verify"]).await;
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_none_is_shown_at_its_key() {
    let files = "client_certificate: {certificate: empty.pem, key: empty.pem}";
    let text = opsani(&format!("id: example.com/shop\nsettings:\n  {files}"));
    refused(&text, &["servo.yaml:6:", "settings.client_certificate"]).await;
    let text = text.replace("certificate: empty.pem", "certificate: absent.pem");
    refused(&text, &["servo.yaml:6:", "settings.client_certificate.certificate", "absent.pem"]).await;
}

#[tokio::test]
async fn settings_outside_their_range_are_shown_at_their_value() {
    for (setting, key) in [
        ("timeouts: 0s", "settings.timeouts"),
        ("timeouts: {connect: soon}", "settings.timeouts.connect"),
        ("backoff: {connect: {max_tries: 0}}", "settings.backoff.connect.max_tries"),
        ("backoff: {conect: {max_tries: 1}}", "conect"),
        ("proxies: {\"all://\": 7}", "settings.proxies"),
        ("ssl_verify: 7", "settings.ssl_verify"),
        ("allow_plain_http: maybe", "settings.allow_plain_http"),
    ] {
        let text = opsani(&format!("id: example.com/shop\nsettings:\n  {setting}"));
        refused(&text, &["servo.yaml:6:", key]).await;
    }
}
