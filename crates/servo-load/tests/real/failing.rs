//! Servers that do not answer as they should, and loads that cannot be sent.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;
use servo_core::Class;
use servo_core::duration::Duration as Lasts;
use servo_core::event::Scope;
use servo_core::model::Control;

use crate::fixture::{attack, bus, measure_in, of, section};
use crate::server::{Answers, Server};

#[tokio::test]
async fn answers_of_500_are_errors_with_latencies() {
    let server = Server::start(Answers::With(500), None);
    let measured =
        attack(section("100/1s", &format!("GET {}", server.url("/")), &json!({})), "300ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), of(&measured, "throughput")), (100.0, 0.0));
    assert!(of(&measured, "latency_50th") > 0.0);
}

#[tokio::test]
async fn redirects_are_answers_and_are_not_followed() {
    let server = Server::start(Answers::With(302), None);
    let measured =
        attack(section("100/1s", &format!("GET {}", server.url("/")), &json!({})), "200ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), server.requests()), (0.0, 20));
}

#[tokio::test]
async fn a_server_that_closes_connections_without_a_word_loses_no_request() {
    let server = Server::closing();
    let measured =
        attack(section("500/1s", &format!("GET {}", server.url("/")), &json!({})), "1s").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), server.requests()), (0.0, 500));
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_an_error_with_the_timeout_as_its_latency() {
    let server = Server::start(Answers::EveryOther, None);
    let target = format!("GET {}", server.url("/"));
    let measured = attack(section("100/1s", &target, &json!({"timeout": "300ms"})), "400ms").await.unwrap();
    assert_eq!((of(&measured, "error_rate"), of(&measured, "latency_max")), (50.0, 300.0));
    assert!(of(&measured, "latency_50th") < 300.0);
}

#[tokio::test]
async fn no_answer_at_all_is_a_failure_that_says_why() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let error = attack(section("100/1s", &format!("GET http://127.0.0.1:{port}/"), &json!({})), "200ms")
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert_eq!(error.message(), "none of 20 requests was answered: cannot connect: connection refused");
    let error = attack(section("100/1s", "GET http://host.invalid/", &json!({"timeout": "2s"})), "100ms")
        .await
        .unwrap_err();
    assert!(
        error.message().contains("cannot resolve the name") || error.message().contains("timeout"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_http_is_an_error_of_its_own() {
    let server = Server::start(Answers::With(200), Some(crate::securing::acceptor(&[])));
    let error = attack(section("100/1s", &format!("GET {}", server.url("/")), &json!({})), "200ms")
        .await
        .unwrap_err();
    assert!(error.message().starts_with("none of 20 requests was answered: "), "{error}");
}

#[tokio::test]
async fn a_rate_that_the_limit_does_not_let_through_is_refused_and_never_lowered() {
    let server = Server::start(Answers::After(Duration::from_millis(50)), None);
    let target = format!("GET {}", server.url("/"));
    let error = attack(section("100/1s", &target, &json!({"max_workers": 1})), "1s").await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().starts_with("the rate does not pass the limit of 1 requests at once"), "{error}");
    assert_eq!(server.requests(), 100, "what waited was sent all the same");
}

#[tokio::test]
async fn files_that_are_not_there_are_told_with_their_key() {
    let error = attack(json!({"rate": 1, "targets": "nowhere/targets"}), "1s").await.unwrap_err();
    assert_eq!((error.class(), error.key()), (Class::Configuration, Some("targets")));
    let error = attack(section("1/1s", "POST http://127.0.0.1:1/\n@nowhere/body", &json!({})), "1s")
        .await
        .unwrap_err();
    assert_eq!((error.class(), error.key()), (Class::Configuration, Some("target")));
}

#[tokio::test]
async fn a_time_that_no_clock_counts_is_refused() {
    let error = attack(section("1/1s", "GET http://127.0.0.1:1/", &json!({})), "100000y").await.unwrap_err();
    assert_eq!(error.message(), "expected to send load for at most 1y");
}

#[tokio::test]
async fn a_cancelled_measurement_ends_at_once() {
    let server = Server::start(Answers::EveryOther, None);
    let bus = bus("load", section("100/1s", &format!("GET {}", server.url("/")), &json!({})));
    let scope = Scope::detached();
    let control = Control { duration: Lasts::from_secs(3600), ..Control::default() };
    let began = tokio::time::Instant::now();
    let cancel = async {
        tokio::time::timeout(Duration::from_millis(200), std::future::pending::<()>()).await.unwrap_err();
        scope.token.cancel();
    };
    let (measured, ()) = tokio::join!(measure_in(&bus, &scope, control), cancel);
    assert_eq!(measured.unwrap_err().class(), Class::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(1));
    let sent = server.requests();
    assert!((10..40).contains(&sent), "{sent} requests in 200 ms");
}
