//! What is told of what the cluster says.

use serde_json::json;
use servo_core::Class;

use super::*;

fn verdict(message: &str) -> Verdict {
    Verdict {
        class: Class::Rejected,
        reason: Some("unstable"),
        message: message.to_owned(),
        culprits: Vec::new(),
    }
}

#[test]
fn a_message_has_what_the_cluster_says_and_is_never_long() {
    let error = told(&verdict("it crashed"), &Evidence(vec!["event of web-1: BackOff: again".into()]));
    assert_eq!(error.message(), "it crashed\nevent of web-1: BackOff: again");
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some("unstable")));
    let error = told(&verdict("it crashed"), &Evidence(vec!["ä".repeat(5000)]));
    assert!(
        error.message().len() <= MOST_BYTES && error.message().ends_with("… (cut)"),
        "{}",
        error.message().len()
    );
}

#[test]
fn each_event_is_told_once_the_newest_first() {
    let event = |second: &str, message: &str| -> Event {
        serde_json::from_value(json!({
            "metadata": {}, "involvedObject": {}, "reason": "Failed", "message": message,
            "lastTimestamp": format!("2026-11-01T00:00:{second}Z"),
        }))
        .expect("an event")
    };
    let told = told_events("web-1", vec![event("01", "first"), event("09", "last"), event("05", "last")]);
    assert_eq!(told, ["event of web-1: Failed: last", "event of web-1: Failed: first"]);
}
