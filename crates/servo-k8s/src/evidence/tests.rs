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

#[test]
fn what_does_not_fit_is_counted() {
    let long = |letter: &str| letter.repeat(1900);
    let evidence = Evidence(vec![long("a"), long("b"), long("c"), long("d")]);
    let error = told(&verdict("it crashed"), &evidence);
    let message = error.message();
    assert!(message.len() <= MOST_BYTES, "{}", message.len());
    assert!(message.ends_with("ccc … (cut)\n(1 more left out)"), "{}", &message[message.len() - 60..]);
    let exact = "e".repeat(MOST_BYTES - "it crashed\n".len());
    let error = told(&verdict("it crashed"), &Evidence(vec![exact]));
    assert_eq!(error.message().len(), MOST_BYTES);
    assert!(!error.message().contains("cut"));
    let error = told(&verdict(&"m".repeat(5000)), &evidence);
    assert!(error.message().len() <= MOST_BYTES && error.message().contains("mmm … (cut)"));
}

#[test]
fn the_end_of_a_log_is_told_and_no_log_is_not() {
    assert_eq!(tail(" last words\n"), Some("last words"));
    let long = format!("begin {} FATAL: ä", "x".repeat(5000));
    let told = tail(&long).expect("a log");
    assert!(told.len() <= LOG_BYTES && told.ends_with("FATAL: ä") && !told.contains("begin"));
    assert!(tail(&"ä".repeat(LOG_BYTES)).is_some_and(|told| told.len() <= LOG_BYTES));
    assert_eq!(tail("\n"), None);
    assert_eq!(tail("unable to retrieve container logs for containerd://2ce8ea660ff5"), None);
}
