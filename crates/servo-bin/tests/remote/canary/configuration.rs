//! Secrets at or near a mistake in the configuration, where the text of the file is shown.

use super::{both, canary, shows_none};
use crate::document::service;
use crate::program::Place;

/// Asserts that a document with `CANARY` in it is refused without showing what stands there.
async fn is_kept(beginning: &str) {
    // As a URL has to write it, where it stands in one.
    let secret = canary("configuration").replace('/', if beginning.contains('@') { "%2F" } else { "/" });
    let text = format!("{}\n{}", beginning.replace("CANARY", &secret), service(1000));
    let place = Place::new(&text);
    for ran in both(&place).await {
        assert_eq!(ran.code, 78, "{text}\n{}", ran.stderr);
        ran.says(&["servo.yaml"]);
        shows_none(&ran, &[&secret]);
    }
    for command in ["describe", "report"] {
        let ran = place.run(&["--log-level", "trace", command]).await;
        shows_none(&ran, &[&secret]);
    }
}

#[tokio::test]
async fn a_mistake_in_the_lines_around_a_token() {
    for text in [
        "optimizer:\n  id: x\n  token: CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY\n  bse_url: x",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY\n  base_url: nonsense",
        "optimizer: {id: x, token: CANARY}",
        "optimizer: {id: x, token: \"CANARY\", bse_url: 'y'}",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: >-\n    CANARY\n  base_url: nonsense",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: |\n    CANARY\n    CANARY\n  base_url: nonsense",
        "optimizer:\n  id: example.com/shop\n  \"token\": CANARY\n  base_url: http://optimizer.invalid",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY\n  token_file: x",
        "optimizer: {embedded: {}, token: CANARY}",
        "optimizer: {optimizer_id: x, client_id: x, client_secret: CANARY, bse_url: x}",
    ] {
        is_kept(text).await;
    }
}

#[tokio::test]
async fn a_mistake_in_the_token_itself() {
    for text in [
        "optimizer: {id: example.com/shop, token: [CANARY]}",
        "optimizer: {id: example.com/shop, token: {a: CANARY}}",
        "optimizer: {id: example.com/shop, token: \"CANARY\\nCANARY\"}",
        "optimizer: {id: example.com/shop, token: \"CANARYé\"}",
        "optimizer: {id: example.com/shop, token: CANARY, token: CANARY}",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY\n  token: CANARY",
        "optimizer: {id: example.com/shop, tokn: CANARY}",
        "optimizer: {id: example.com/shop, Token: CANARY}",
        "token: CANARY",
        "OPSANI_TOKEN: CANARY",
    ] {
        is_kept(text).await;
    }
}

#[tokio::test]
async fn a_mistake_of_syntax_at_a_token() {
    for text in [
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: \"CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: 'CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY: CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: @CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: *CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: !CANARY [CANARY]",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: {CANARY",
        "optimizer:\n  id: example.com/shop\n\ttoken: CANARY",
        "optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: CANARY\n   base_url: x",
        "optimizer: {id: example.com/shop, token: CANARY",
        "optimizer: {id: example.com/shop, token: CANARY]",
    ] {
        is_kept(text).await;
    }
}

#[tokio::test]
async fn a_password_in_a_url() {
    for url in [
        "https://me:CANARY@optimizer.invalid",
        "https://CANARY@optimizer.invalid/",
        "http://me:CANARY@127.0.0.1:9",
    ] {
        for key in ["base_url", "url"] {
            is_kept(&format!("optimizer:\n  id: example.com/shop\n  base_url: https://optimizer.invalid\n  token: t0k3n\n  {key}: {url}")).await;
        }
        is_kept(&format!("optimizer: {{optimizer_id: x, client_id: c, client_secret: s, tenant_id: t, base_url: \"{url}\"}}"))
            .await;
        let secret = canary("configuration").replace('/', "%2F");
        let place = Place::new(&service(1000))
            .with("OPSANI_OPTIMIZER", "example.com/shop")
            .with("OPSANI_TOKEN", "t0k3n");
        let place = place.with("OPSANI_BASE_URL", url.replace("CANARY", &secret));
        for ran in both(&place).await {
            assert_eq!(ran.code, 78, "{}", ran.stderr);
            shows_none(&ran, &[&secret]);
        }
    }
}

#[tokio::test]
async fn a_secret_of_the_environment_that_cannot_be_used() {
    let secret = canary("environment");
    for (name, value) in [
        ("OPSANI_TOKEN", format!("{secret}\n{secret}")),
        ("OPSANI_TOKEN", format!("{secret}é")),
        ("OPSANI_TOKEN_FILE", format!("/nowhere/{secret}\u{7}")),
    ] {
        let place = Place::new(&format!(
            "optimizer: {{id: example.com/shop, base_url: nonsense}}\n{}",
            service(1000)
        ));
        for ran in both(&place.with(name, value)).await {
            assert_eq!(ran.code, 78, "{}", ran.stderr);
            shows_none(&ran, &[&secret]);
        }
    }
}
