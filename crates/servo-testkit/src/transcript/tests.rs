//! Tests of recordings: that all can be read, and what is made of them.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::backend::Network;

#[test]
fn every_recording_can_be_read() {
    for name in Transcript::names() {
        let transcript = Transcript::of(name);
        assert!(!transcript.exchanges.is_empty(), "{name}");
        for request in transcript.requests() {
            assert_ne!(request.kind, Kind::Other, "{name}: {request:?}");
            assert_eq!(request.body.is_null(), request.raw.is_some(), "{name}: {request:?}");
        }
    }
    assert_eq!(Transcript::names().count(), 52);
}

#[test]
#[should_panic(expected = "no recording `99-none`: there are 01-full")]
fn an_unknown_name_says_which_there_are() {
    Transcript::of("99-none");
}

#[test]
fn a_whole_session_is_in_order() {
    let transcript = Transcript::of("01-full");
    let kinds: Vec<String> = transcript.requests().take(6).map(|request| request.kind.to_string()).collect();
    assert_eq!(
        kinds,
        ["HELLO", "WHATS_NEXT", "DESCRIPTION", "WHATS_NEXT", "PROGRESS:MEASUREMENT", "PROGRESS:MEASUREMENT"]
    );
    assert_eq!(transcript.exchanges[0].answer, Recorded::Json(200, json!({"status": "ok"})));
    let commands: Vec<&str> = transcript.commands().filter_map(|command| command["cmd"].as_str()).collect();
    assert_eq!(commands, ["DESCRIBE", "MEASURE", "ADJUST", "MEASURE", "SLEEP", "SLEEP", "DESCRIBE", "SLEEP"]);
}

#[test]
fn what_is_no_json_is_kept() {
    let malformed = Transcript::of("15-malformed-json");
    assert_eq!(malformed.exchanges[1].answer, Recorded::Raw(200, "<html>not json</html>".to_owned()));
    let token = &Transcript::of("23-appd-oauth").expected()[0];
    assert_eq!((token.kind, &token.body), (Kind::Token, &json!("grant_type=client_credentials")));
    assert_eq!(token.headers["content-type"], "application/x-www-form-urlencoded");
}

#[test]
fn what_must_differ_is_normalised() {
    let hello = json!({"event": "HELLO", "servo_uid": null,
        "param": {"agent": "a/1", "telemetry": {"servox.version": "1", "odd": 5.0}}});
    assert_eq!(
        normalise(&hello)["param"],
        json!({"agent": "*", "telemetry": {"servox.version": "*", "odd": 5}})
    );
    let progress = json!({"event": "ADJUSTMENT",
        "param": {"progress": 50.3, "runtime": "late", "message": "x", "cmd_uid": "c"}});
    assert_eq!(
        normalise(&progress)["param"],
        json!({"progress": 0, "runtime": "late", "message": "*", "cmd_uid": "c"})
    );
    let failure = json!({"event": "ADJUSTMENT", "param": {"status": "failed", "message": "why"}});
    assert_eq!(normalise(&failure), failure);
    let series = json!({"event": "MEASUREMENT", "param": {"metrics": {"m": {"unit": "", "values":
        [{"id": "17", "data": [[1_795_295_940, 0.0], [1_795_295_945, 7.5]]}, {"id": 3, "data": [null]}]}}}});
    assert_eq!(
        normalise(&series)["param"]["metrics"]["m"]["values"],
        json!([{"id": "*", "data": [[0, 0], [5, 7.5]]}, {"id": 3, "data": [null]}])
    );
}

#[test]
fn normalising_twice_changes_nothing() {
    for request in Transcript::names().flat_map(|name| Transcript::of(name).expected()) {
        assert_eq!(normalise(&request.body), request.body);
        assert_eq!(normalise_headers(&request.headers), request.headers);
    }
}

#[test]
fn progress_is_expected_where_the_command_came_from() {
    let transcript = Transcript::of("18-multi");
    assert!(transcript.requests().any(|request| request.path.contains("app-one")));
    let expected = transcript.expected();
    for request in &expected {
        assert!(request.path.contains("app-two"), "{request:?}");
        assert_eq!(request.body["servo_uid"], json!("uid-two"));
        assert_eq!(request.headers["authorization"], "Bearer tok-2");
    }
    let both = Transcript::of("18b-multi-parallel").expected();
    let of_one = both.iter().filter(|request| request.body["servo_uid"].is_null());
    assert!(of_one.clone().all(|request| request.path.contains("app-one")));
    assert_eq!(of_one.filter(|request| request.kind.is_progress()).count(), 2);
}

#[test]
fn no_progress_is_expected_after_the_report() {
    let transcript = Transcript::of("22-progress-500");
    let progress = |kinds: Vec<Kind>| kinds.into_iter().filter(|kind| kind.is_progress()).count();
    assert_eq!(progress(transcript.requests().map(|request| request.kind).collect()), 4);
    assert_eq!(progress(transcript.expected().iter().map(|request| request.kind).collect()), 3);
}

#[test]
fn a_metric_that_is_no_number_is_absent() {
    let expected = Transcript::of("08d-nan-measure").expected();
    let report = expected.iter().find(|request| request.kind == Kind::Measurement).unwrap();
    assert_eq!(report.body["param"]["metrics"], json!({}));
}

/// Sends a recorded request and gives status and body of the answer; none where the connection was dropped.
async fn ask(network: &Network, request: &Request) -> Option<(u16, String)> {
    let mut stream = network.dial("localhost", 1).ok()?;
    let body = request.raw.clone().unwrap_or_else(|| request.body.to_string());
    let head = format!(
        "{} {} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.method,
        request.path,
        body.len()
    );
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn a_backend_answers_as_the_recording() {
    for name in Transcript::names() {
        let transcript = Transcript::of(name);
        let (network, backend) = (Network::new(), transcript.backend());
        network.serve("localhost", 1, &backend);
        if name == LATE {
            assert!(network.dial("localhost", 1).is_err());
            backend.refuse(false);
        }
        for (exchange, request) in transcript.exchanges.iter().zip(transcript.readdressed()) {
            let answer = ask(&network, &request).await;
            match &exchange.answer {
                Recorded::Json(status, body) => {
                    let (found, text) = answer.unwrap();
                    assert_eq!(
                        (found, serde_json::from_str::<Value>(&text).unwrap()),
                        (*status, body.clone())
                    );
                }
                Recorded::Raw(status, text) => assert_eq!(answer.unwrap(), (*status, text.clone())),
                Recorded::Dropped => assert_eq!(answer, None, "{name}"),
            }
        }
        assert_eq!(backend.queued(), 0, "{name}");
        let expected: Vec<Normalised> = transcript.readdressed().iter().map(Normalised::from).collect();
        let received: Vec<Normalised> = backend.requests().iter().map(Normalised::from).collect();
        let body = |requests: &[Normalised]| -> Vec<Value> {
            requests.iter().map(|request| request.body.clone()).collect()
        };
        assert_eq!(body(&received), body(&expected), "{name}");
        let next = Request { kind: Kind::WhatsNext, ..transcript.exchanges[0].request.clone() };
        let next = Request { raw: None, body: json!({"event": "WHATS_NEXT", "param": null}), ..next };
        if !next.path.ends_with("/token") {
            assert!(ask(&network, &next).await.unwrap().1.contains("SLEEP"), "{name}");
        }
    }
}
