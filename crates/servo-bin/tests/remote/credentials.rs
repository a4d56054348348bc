//! Where credentials come from, and that they arrive.

use servo_testkit::backend::{Answer, Kind};

use crate::document::{TOKEN, appdynamics, document, service};
use crate::optimizer::Optimizer;
use crate::program::Place;

const OPSANI: &str = "/accounts/example.com/applications/shop/servo";
const APPDYNAMICS: &str = "/rest/optimize/co/v1/optimizers/b3B0LTE=/servo";

/// Runs a servo until it asks for work; what it asked has this path and authorization.
async fn arrives(optimizer: &Optimizer, place: &Place, path: &str, authorization: &str) {
    let servo = place.start(&["run"]);
    let next = optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!((next.path.as_str(), next.header("authorization")), (path, Some(authorization)));
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
}

/// The Opsani form without a token.
fn tokenless(optimizer: &Optimizer, more: &str) -> String {
    document(&format!("id: example.com/shop, base_url: \"http://{}\"{more}", optimizer.address))
}

#[tokio::test]
async fn a_token_may_be_in_a_file_beside_the_configuration() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, ", token_file: token"));
    place.write("token", &format!("  {TOKEN}\n"));
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn a_token_may_be_in_the_environment() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, "")).with("OPSANI_TOKEN", TOKEN);
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn a_token_may_be_in_a_file_that_the_environment_names() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, ""));
    let file = place.write("token", TOKEN);
    let place = place.with("OPSANI_TOKEN_FILE", file.to_str().unwrap());
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn the_environment_alone_names_an_optimizer() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&service(1000)).with("OPSANI_OPTIMIZER", "example.com/shop");
    let place =
        place.with("OPSANI_TOKEN", TOKEN).with("OPSANI_BASE_URL", format!("http://{}/", optimizer.address));
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn the_environment_wins_over_what_is_written() {
    let optimizer = Optimizer::start().await;
    let base = format!("base_url: \"http://{}\"", optimizer.address);
    let text = document(&format!("id: example.com/other, token: other-token, {base}"));
    let place = Place::new(&text).with("OPSANI_TOKEN", TOKEN).with("OPSANI_OPTIMIZER", "example.com/shop");
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn a_token_may_be_in_a_file_of_variables_beside_the_configuration() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, ""));
    place.write(".env", &format!("# written by init\nexport OPSANI_TOKEN='{TOKEN}'\n"));
    arrives(&optimizer, &place, OPSANI, &format!("Bearer {TOKEN}")).await;
}

#[tokio::test]
async fn a_client_of_the_platform_fetches_a_token() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.answer(Kind::Token, Answer::status(503));
    let base = format!("base_url: \"http://{}\"", optimizer.address);
    let place =
        Place::new(&appdynamics(&format!("tenant_id: t1, client_id: c1, client_secret: s1s1s1, {base}")));
    arrives(&optimizer, &place, APPDYNAMICS, "Bearer scripted-token").await;
    let asked = optimizer.hear(Kind::Token, 2).await;
    assert_eq!(asked.path, "/auth/t1/default/oauth2/token");
    // c1:s1s1s1
    assert_eq!(asked.header("authorization"), Some("Basic YzE6czFzMXMx"));
    assert_eq!(asked.raw, b"grant_type=client_credentials");
    assert_eq!(optimizer.backend.count(Kind::Token), 2, "one token serves for all requests");
}

#[tokio::test]
async fn a_client_may_be_in_the_environment_alone() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&service(1000)).with("APPD_OPTIMIZER_ID", "b3B0LTE=").with("APPD_TENANT_ID", "t1");
    let place = place.with("APPD_CLIENT_ID", "c1").with("APPD_CLIENT_SECRET", "s1s1s1");
    let place = place.with("APPD_BASE_URL", format!("http://{}", optimizer.address));
    arrives(&optimizer, &place, APPDYNAMICS, "Bearer scripted-token").await;
}

fn connection(optimizer: &Optimizer, token: &str) -> String {
    format!("Authorization: Bearer {token}\nEndpoint: http://{}/\nTenantId: t1\n", optimizer.address)
}

#[tokio::test]
async fn a_connection_file_that_is_replaced_counts_from_the_next_request_on() {
    let (optimizer, other) = (Optimizer::start().await, Optimizer::start().await);
    optimizer.keep_awake();
    let place = Place::new(&appdynamics("connection_file: connection.yaml"));
    place.write("connection.yaml", &connection(&optimizer, "first"));
    let servo = place.start(&["run"]);
    let next = optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!((next.path.as_str(), next.header("authorization")), (APPDYNAMICS, Some("Bearer first")));
    place.write("connection.yaml", &connection(&other, "second"));
    let next = other.hear(Kind::WhatsNext, 1).await;
    assert_eq!((next.path.as_str(), next.header("authorization")), (APPDYNAMICS, Some("Bearer second")));
    assert_eq!(servo.terminate().await.code, 0);
    assert_eq!((optimizer.backend.count(Kind::Goodbye), other.backend.count(Kind::Goodbye)), (0, 1));
}

#[tokio::test]
async fn a_connection_file_that_is_not_there_yet_is_waited_for() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&appdynamics("connection_file: connection.yaml"));
    let mut servo = place.start(&["run"]);
    servo.hear("connection.yaml").await;
    place.write("connection.yaml", &connection(&optimizer, TOKEN));
    optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
}

#[tokio::test]
async fn a_token_file_that_is_not_there_is_named_and_waited_for() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, ", token_file: token"));
    let mut servo = place.start(&["run"]);
    servo.hear("the token file").await;
    servo.hear("No such file").await;
    place.write("token", TOKEN);
    optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
}

#[tokio::test]
async fn a_refused_token_is_replaced_by_the_one_that_was_written_meanwhile() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&tokenless(&optimizer, ", token_file: token"));
    place.write("token", "expired-token");
    optimizer.backend.always(Kind::Hello, Answer::status(401));
    let mut servo = place.start(&["run"]);
    servo.hear("401").await;
    optimizer.backend.recover();
    place.write("token", TOKEN);
    let next = optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(next.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(servo.terminate().await.code, 0);
}
