//! A log file at TRACE: requests as `curl` commands, and no credential.

use servo_testkit::backend::Kind;

use crate::document::{TOKEN, here};
use crate::optimizer::Optimizer;
use crate::program::Place;

#[tokio::test]
async fn requests_are_traced_in_the_file_without_credentials() {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&here(optimizer.address));
    let servo = place.start(&["run", "--log-level", "trace", "--log-file", "servo.log"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
    let log = std::fs::read_to_string(place.path().join("servo.log")).unwrap();
    let traced = |line: &str| line.contains("curl -X ") && line.contains("[REDACTED]");
    assert!(log.lines().any(traced), "no request is traced:\n{log}");
    assert!(!log.contains(TOKEN) && !log.contains('\u{1b}'), "{log}");
}
