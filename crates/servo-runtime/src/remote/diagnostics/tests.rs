//! When the optimizer is asked, and what follows from its answers.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use tokio::time::{Instant, timeout};

use super::*;
use crate::log_tail::LogTail;

/// An optimizer that answers by a script, and never wants anything after its end.
struct Scripted {
    begin: Instant,
    answers: Mutex<VecDeque<Result<Bytes, Fault>>>,
    asked: Mutex<Vec<(u64, Method, String, Value)>>,
}

impl Exchange for Scripted {
    async fn exchange(&self, method: Method, path: &str, body: &Value) -> Result<Bytes, Fault> {
        let request = (self.begin.elapsed().as_secs(), method, path.to_owned(), body.clone());
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        answer.unwrap_or_else(|| wish("WITHHOLD"))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer of the script")]
fn wish(wish: &str) -> Result<Bytes, Fault> {
    Ok(json!({"data": wish}).to_string().into())
}

fn status(status: StatusCode) -> Result<Bytes, Fault> {
    Err(Fault::Status { party: "the optimizer", status, retry_after: None, body: String::new() })
}

/// Asks an optimizer for some minutes. Returns what it was asked, and whether the asking ended by itself.
async fn asked(
    minutes: u64,
    answers: impl IntoIterator<Item = Result<Bytes, Fault>>,
) -> (Vec<(u64, Method, String, Value)>, bool) {
    let optimizer = Scripted {
        begin: Instant::now(),
        answers: Mutex::new(answers.into_iter().collect()),
        asked: Mutex::default(),
    };
    let source = DiagnosticsSource { configuration: json!({"name": "web"}), log: LogTail::default() };
    let redactor = Redactor::default();
    let limit = Duration::from_secs(60 * minutes - 1);
    let ended = timeout(limit, repeat(&optimizer, &source, &redactor)).await.is_ok();
    (optimizer.asked.into_inner().unwrap_or_else(PoisonError::into_inner), ended)
}

fn question(second: u64) -> (u64, Method, String, Value) {
    (second, Method::GET, "assets/opsani.com/diagnostics-check".to_owned(), json!({"data": null}))
}

#[tokio::test(start_paused = true)]
async fn the_optimizer_is_asked_once_a_minute() {
    let (asked, ended) = asked(3, []).await;
    assert_eq!(asked, [question(0), question(60), question(120)]);
    assert!(!ended);
}

#[tokio::test(start_paused = true)]
async fn what_is_wanted_is_sent_once_and_the_wish_reset() {
    let (asked, _) = asked(2, [wish("SEND"), Ok(Bytes::new()), Ok(Bytes::new())]).await;
    let put = |path: &str, body| (0, Method::PUT, path.to_owned(), body);
    let expected = [
        question(0),
        put(
            "assets/opsani.com/diagnostics-output",
            json!({"data": {"configmap": {"name": "web"}, "logs": {}}}),
        ),
        put("assets/opsani.com/diagnostics-check", json!({"data": "WITHHOLD"})),
        question(60),
    ];
    assert_eq!(asked, expected);
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_never_wants_any_is_not_asked_again() {
    let (asked, ended) = asked(10, [wish("WITHHOLD"), wish("STOP")]).await;
    assert_eq!(asked, [question(0), question(60)]);
    assert!(ended);
}

#[tokio::test(start_paused = true)]
async fn faults_are_survived_and_make_no_hot_loop() {
    let too_large = servo_http::Error::TooLarge { to: String::new(), status: StatusCode::OK, limit: 1 };
    let faults = [
        status(StatusCode::UNAUTHORIZED),
        status(StatusCode::NOT_FOUND),
        status(StatusCode::GONE),
        status(StatusCode::SERVICE_UNAVAILABLE),
        Err(Fault::Transport(too_large)),
        Err(Fault::Credentials("no token".to_owned())),
    ];
    let (asked, ended) = asked(7, faults).await;
    assert_eq!(asked, (0..7).map(|minute| question(60 * minute)).collect::<Vec<_>>());
    assert!(!ended);
}

#[tokio::test(start_paused = true)]
async fn a_failed_upload_is_left_until_the_optimizer_asks_again() {
    let (asked, _) = asked(2, [wish("SEND"), status(StatusCode::PAYLOAD_TOO_LARGE)]).await;
    let requests: Vec<_> = asked.iter().map(|(second, method, ..)| (*second, method.as_str())).collect();
    assert_eq!(requests, [(0, "GET"), (0, "PUT"), (60, "GET")]);
}

#[test]
fn any_other_answer_means_that_nothing_is_wanted() {
    assert_eq!(Wish::of(br#"{"data": "SEND", "more": 1}"#), Wish::Send);
    assert_eq!(Wish::of(br#"{"data": "STOP"}"#), Wish::Stop);
    for answer in [
        "",
        "null",
        "[]",
        "{}",
        "\"SEND\"",
        "{\"data\": null}",
        "{\"data\": \"send\"}",
        "{\"data\": [\"STOP\"]}",
        "{\"data\": \"SEND\"",
        "\u{0}",
        "<html>",
    ] {
        assert_eq!(Wish::of(answer.as_bytes()), Wish::Withhold, "{answer}");
    }
    assert_eq!(Wish::of(&[0xff, 0xfe]), Wish::Withhold);
}
