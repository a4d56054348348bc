//! A token endpoint that issues nothing usable: faults that say so and show no secret.

use std::time::Duration;

use http::StatusCode;
use servo_runtime::remote::fault::{Fault, Verdict};

use crate::fixture::Servo;
use crate::site::{Manner, Site};

#[tokio::test]
async fn a_client_that_is_not_known_is_a_fatal_fault() {
    let site = Site::start(Manner::Issue(3600)).await;
    let fault = Servo::with_secret(&site, "canary-wrong").fault().await;
    assert_eq!(fault.verdict(), Verdict::Fatal);
    let said = r#"the token endpoint answered 401 Unauthorized: {"error":"invalid_client"}"#;
    assert_eq!(fault.to_string(), said);
    assert!(site.heard().is_empty());
}

#[tokio::test]
async fn refusals_are_judged_by_their_status_and_show_no_secret() {
    let again = Verdict::Again(Some(Duration::from_secs(7)));
    for (status, verdict) in [
        (400, Verdict::Fatal),
        (401, Verdict::Fatal),
        (403, Verdict::Fatal),
        (302, Verdict::Fatal),
        (404, again),
        (429, again),
        (500, again),
        (503, again),
    ] {
        let body =
            r#"{"error": "invalid_client", "said": "servo:canary/secret c2Vydm86Y2FuYXJ5JTJGc2VjcmV0"}"#;
        let site = Site::start(Manner::Say(status, body.to_owned())).await;
        let fault = Servo::of(&site).fault().await;
        assert!(matches!(fault, Fault::Status { party: "the token endpoint", .. }), "{fault:?}");
        assert_eq!(fault.verdict(), verdict, "{status}");
        assert!(fault.to_string().contains("invalid_client"), "{fault}");
    }
}

#[tokio::test]
async fn an_answer_without_a_usable_token_is_told_without_its_content() {
    for (body, reason) in [
        ("<html>canary</html>", "expected a JSON object"),
        ("", "expected a JSON object"),
        ("[\"canary\"]", "expected a JSON object"),
        (r#"{"token_type": "Bearer", "token": "canary"}"#, "it has no `access_token`"),
        (r#"{"access_token": {"a": "canary"}, "token_type": "Bearer"}"#, "it has no `access_token`"),
        (r#"{"access_token": "canary", "token_type": "mac"}"#, "its `token_type` is not `bearer`"),
        (
            r#"{"access_token": "canary\r\nx: y", "token_type": "Bearer"}"#,
            "its `access_token` has a character that no header can carry, such as a line break",
        ),
    ] {
        let site = Site::start(Manner::Say(200, body.to_owned())).await;
        let fault = Servo::of(&site).fault().await;
        let said = format!("the token endpoint gave an answer that cannot be used: {reason}");
        assert_eq!((fault.to_string(), fault.verdict()), (said, Verdict::Fatal));
        assert!(site.heard().is_empty());
    }
}

#[tokio::test]
async fn an_endpoint_that_is_too_slow_is_a_timeout() {
    let site = Site::start(Manner::Slow(Duration::from_secs(30))).await;
    let mut servo = Servo::of(&site);
    servo.wait_at_most(Duration::from_millis(200));
    let fault = servo.fault().await;
    assert!(matches!(&fault, Fault::Transport(error) if error.is_timeout()), "{fault:?}");
    assert_eq!(fault.verdict(), Verdict::Again(None));
    site.behave(Manner::Issue(3600));
    servo.wait_at_most(Duration::from_secs(30));
    assert_eq!(servo.request().await.unwrap(), StatusCode::OK);
}
