//! Credentials are not sent where others can read them.

use crate::document::{TOKEN, appdynamics, opsani, service};
use crate::program::Place;

#[tokio::test]
async fn a_token_is_not_sent_over_plain_http_to_another_machine() {
    let text = format!(
        "optimizer:\n  id: example.com/shop\n  token: {TOKEN}\n  base_url: http://optimizer.invalid\n{}",
        service(1000)
    );
    let ran = Place::new(&text).run(&["run"]).await;
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    ran.says(&["servo.yaml:4:", "optimizer.base_url", "plain http", "settings.allow_plain_http"]);
    assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
}

#[tokio::test]
async fn nor_is_a_client_secret() {
    let client = "tenant_id: t, client_id: c, client_secret: s3cr3t-s3cr3t";
    let base = "base_url: \"https://optimizer.invalid\", token_url: \"http://issuer.invalid/token\"";
    let ran = Place::new(&appdynamics(&format!("{client}, {base}"))).run(&["run"]).await;
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    ran.says(&["servo.yaml:2:", "optimizer.token_url", "plain http"]);
    assert!(!ran.stderr.contains("s3cr3t"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_url_of_the_environment_is_named() {
    let place =
        Place::new(&service(1000)).with("OPSANI_OPTIMIZER", "example.com/shop").with("OPSANI_TOKEN", TOKEN);
    let ran = place.with("OPSANI_BASE_URL", "http://optimizer.invalid").run(&["run"]).await;
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    ran.says(&["OPSANI_BASE_URL", "plain http"]);
}

#[tokio::test]
async fn where_it_is_allowed_it_is_tried() {
    let text = opsani("http://optimizer.invalid") + "settings: {allow_plain_http: true}\n";
    let place = Place::new(&text);
    assert_eq!(place.run(&["describe"]).await.code, 0);
    let mut servo = place.start(&["run"]);
    servo.hear("cannot connect to http://optimizer.invalid").await;
    assert_eq!(servo.terminate().await.code, 0);
}
