//! Which optimizers are trusted, and who the servo says it is, through the whole program.

use servo_testkit::backend::Kind;

use crate::authority::Authority;
use crate::document::opsani;
use crate::optimizer::Optimizer;
use crate::program::{Place, Ran};

/// Makes the configuration of a servo for an optimizer over TLS, with these settings.
fn place(optimizer: &Optimizer, settings: &str) -> Place {
    let text = opsani(&format!("https://localhost:{}", optimizer.address.port()));
    Place::new(&format!("{text}settings: {{{settings}}}\n"))
}

/// Runs a servo that is accepted.
async fn accepted(optimizer: &Optimizer, place: &Place) -> Ran {
    let servo = place.start(&["run"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    let ran = servo.terminate().await;
    assert_eq!((ran.code, optimizer.backend.count(Kind::Goodbye)), (0, 1), "{}", ran.stderr);
    ran
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused_by_default_with_the_way_out() {
    let optimizer = Optimizer::start_tls(Authority::new().server()).await;
    let place = place(&optimizer, "");
    let mut servo = place.start(&["run"]);
    servo.hear("UnknownIssuer").await;
    servo.hear("`settings.ssl_verify`").await;
    let ran = servo.terminate().await;
    assert_eq!((ran.code, optimizer.backend.requests().len()), (0, 0), "{}", ran.stderr);
}

#[tokio::test]
async fn it_is_accepted_with_the_bundle_of_its_authority() {
    let authority = Authority::new();
    let optimizer = Optimizer::start_tls(authority.server()).await;
    let place = place(&optimizer, "ssl_verify: ca.pem");
    place.write("ca.pem", &authority.pem());
    let ran = accepted(&optimizer, &place).await;
    assert!(!ran.stderr.contains("WARN settings"), "{}", ran.stderr);
}

#[tokio::test]
async fn another_authority_does_not_do() {
    let optimizer = Optimizer::start_tls(Authority::new().server()).await;
    let place = place(&optimizer, "ssl_verify: ca.pem");
    place.write("ca.pem", &Authority::new().pem());
    let mut servo = place.start(&["run"]);
    servo.hear("certificate").await;
    assert_eq!((servo.terminate().await.code, optimizer.backend.requests().len()), (0, 0));
}

#[tokio::test]
async fn nothing_is_verified_where_that_is_asked_for_and_that_is_warned_of() {
    let optimizer = Optimizer::start_tls(Authority::new().server()).await;
    let ran = accepted(&optimizer, &place(&optimizer, "ssl_verify: false")).await;
    ran.says(&["WARN", "certificates of the optimizer are not verified (`settings.ssl_verify: false`)"]);
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_one_is_configured() {
    let authority = Authority::new();
    let optimizer = Optimizer::start_tls(authority.server_for_clients()).await;
    let files = "ssl_verify: ca.pem, client_certificate: {certificate: tls.crt, key: tls.key}";
    let place = place(&optimizer, files);
    let client = authority.issue("servo.example.com");
    for (name, text) in
        [("ca.pem", authority.pem()), ("tls.crt", client.pem()), ("tls.key", client.key_pem())]
    {
        place.write(name, &text);
    }
    accepted(&optimizer, &place).await;
}

#[tokio::test]
async fn without_one_such_a_server_refuses() {
    let authority = Authority::new();
    let optimizer = Optimizer::start_tls(authority.server_for_clients()).await;
    let place = place(&optimizer, "ssl_verify: ca.pem");
    place.write("ca.pem", &authority.pem());
    let mut servo = place.start(&["run"]);
    servo.hear("CertificateRequired").await;
    assert_eq!((servo.terminate().await.code, optimizer.backend.requests().len()), (0, 0));
}

#[tokio::test]
async fn certificates_are_read_again_after_a_hangup() {
    let (old, new) = (Authority::new(), Authority::new());
    let optimizer = Optimizer::start_tls(new.server()).await;
    let place = place(&optimizer, "ssl_verify: ca.pem");
    place.write("ca.pem", &old.pem());
    let mut servo = place.start(&["run"]);
    servo.hear("trying again in").await;
    place.write("ca.pem", &new.pem());
    servo.signal("HUP").await;
    optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
}
