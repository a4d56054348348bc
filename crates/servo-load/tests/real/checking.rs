//! The checks.

use std::net::TcpListener;

use serde_json::json;

use crate::fixture::{bus, check, section};
use crate::server::{Answers, Server};

#[tokio::test]
async fn a_service_that_does_not_listen_is_sent_no_load() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let checks =
        check(&bus("vegeta", section("50/1s", &format!("GET http://127.0.0.1:{port}/"), &json!({})))).await;
    let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
    let expected = [
        "Targets can be read",
        "Targets can be connected to",
        "Vegeta execution",
        "Report aggregation",
        "Error rate < 5.0%",
        "Rate is kept",
    ];
    assert_eq!(names, expected);
    assert!(checks[0].passed());
    let message = checks[1].message.as_deref().unwrap();
    assert_eq!(message, format!("no connection to 127.0.0.1:{port}: cannot connect: connection refused"));
    assert!(checks[1..5].iter().all(|check| !check.passed()), "{checks:?}");
}

#[tokio::test]
async fn five_seconds_of_load_say_how_it_is_answered() {
    let server = Server::start(Answers::With(200), None);
    let checks = check(&bus("load", section("20/1s", &format!("GET {}", server.url("/")), &json!({})))).await;
    // Whether the rate is kept is up to the machine.
    assert!(checks[..5].iter().all(servo_core::check::Check::passed), "{checks:?}");
    assert_eq!(server.requests(), 100, "load is sent once for all checks");
    assert_eq!(checks[2].message.as_deref(), Some("100 of 100 requests at 20/1s were answered in 5s"));
    assert_eq!(checks[3].message.as_deref(), Some("Collected 5 reports"));
}
