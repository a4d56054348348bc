//! Several connectors on one bus, well and unwell: what the optimizer is told of them.

mod part;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use servo_core::Class;
use servo_core::error::reason;
use servo_core::event::{Bus, Member};
use servo_testkit::backend::{Answer, Backend, Kind, Received};
use servo_testkit::emu::Emu;

use self::part::{Failing, Part, series};
use crate::fixture::{Session, configuration};
use crate::replay::line;

/// Gives one command to connectors, and returns its report. The servo goes on afterwards.
async fn report(members: Vec<Member>, command: &str, param: Value) -> Received {
    let backend = Backend::new();
    backend.answer(Kind::WhatsNext, Answer::command(command, "c-1", param));
    let session = Session::of_members(configuration(&backend), Emu::new(), members);
    let is_report = |request: &&Received| request.kind.is_report();
    let report = backend.wait_until(|requests| requests.iter().find(is_report).cloned()).await;
    backend.answer(Kind::WhatsNext, Answer::command("DESCRIBE", "c-2", json!({})));
    backend
        .wait_until(|requests| requests.iter().find(|request| request.cmd_uid() == Some("c-2")).cloned())
        .await;
    session.stop("SIGTERM").await.unwrap();
    assert_eq!(line(backend.requests().last().unwrap()), "GOODBYE SIGTERM");
    report
}

async fn measured(members: Vec<Member>) -> Received {
    report(members, "MEASURE", json!({"metrics": [], "control": {"duration": 1}})).await
}

async fn adjusted(members: Vec<Member>, component: &str, control: Value) -> Received {
    let settings = json!({"replicas": {"value": 4}});
    let state = json!({"application": {"components": {(component): {"settings": settings}}}});
    report(members, "ADJUST", json!({"state": state, "control": control})).await
}

/// The words of a failure.
fn failure(report: &Received) -> [Value; 3] {
    ["status", "reason", "message"].map(|name| report.param(name).clone())
}

#[tokio::test(start_paused = true)]
async fn descriptions_of_several_connectors_are_one() {
    let members = vec![Emu::new().member(), Part::new("db").member(), Part::new("cache").member()];
    let report = report(members, "DESCRIBE", json!({})).await;
    let described = &report.param("descriptor")["application"]["components"];
    let names: Vec<&String> = described.as_object().unwrap().keys().collect();
    assert_eq!(names, ["cache", "db", "web"]);
    assert_eq!(described["db"]["settings"]["replicas"]["value"], 3);
    let metrics = report.param("descriptor")["measurement"]["metrics"].as_object().unwrap().clone();
    assert_eq!(
        metrics.keys().collect::<Vec<_>>(),
        ["error_rate", "hits", "latency", "requests", "throughput"]
    );
}

#[tokio::test(start_paused = true)]
async fn two_connectors_that_describe_the_same_setting_fail_the_description() {
    let members = vec![Part::new("db").called("one").member(), Part::new("db").called("two").member()];
    let report = report(members, "DESCRIBE", json!({})).await;
    assert_eq!(line(&report), "DESCRIPTION failed c-1");
    assert!(report.param("message").as_str().unwrap().contains("'db.replicas' is described twice"));
}

#[tokio::test(start_paused = true)]
async fn measurements_of_several_connectors_are_one() {
    let report =
        measured(vec![Emu::new().member(), Part::new("db").member(), Part::new("cache").member()]).await;
    assert_eq!(line(&report), "MEASUREMENT ok success c-1");
    let metrics = report.param("metrics").as_object().unwrap();
    assert_eq!(
        metrics.keys().collect::<Vec<_>>(),
        ["error_rate", "hits", "latency", "requests", "throughput"]
    );
    assert_eq!(report.param("annotations"), &json!({"note": "emu", "of db": "x", "of cache": "x"}));
}

#[tokio::test(start_paused = true)]
async fn every_series_of_a_metric_arrives_with_its_id_and_labels() {
    let labelled = |pod: &str, value| {
        series(value).with_id(pod).with_labels(BTreeMap::from([("pod".to_owned(), pod.to_owned())]))
    };
    let db = Part::new("db").measuring(vec![labelled("db-0", 1.0), labelled("db-1", 2.0), series(3.0)]);
    let cache =
        Part::new("cache").measuring(vec![labelled("cache-0", 4.0), labelled("db-0", 5.0), series(6.0)]);
    let report = measured(vec![db.member(), cache.member()]).await;
    let values = report.param("metrics")["requests"]["values"].as_array().unwrap();
    let shown: Vec<(&Value, f64)> =
        values.iter().map(|entry| (&entry["labels"]["pod"], entry["data"][0][1].as_f64().unwrap())).collect();
    let none = Value::Null;
    let pods = ["db-0", "db-1", "cache-0", "db-0"].map(Value::from);
    let expected =
        [(&pods[0], 1.0), (&pods[1], 2.0), (&none, 3.0), (&pods[2], 4.0), (&pods[3], 5.0), (&none, 6.0)];
    assert_eq!(shown, expected);
    let ids: Vec<&str> = values.iter().filter_map(|entry| entry["id"].as_str()).collect();
    assert_eq!([ids[0], ids[1], ids[3]], ["db-0", "db-1", "cache-0"]);
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), 6, "{ids:?}");
}

#[tokio::test(start_paused = true)]
async fn a_metric_without_a_number_is_absent_beside_those_with() {
    let db = Part::new("db").measuring(vec![series(f64::NAN), series(f64::INFINITY)]);
    let report = measured(vec![Emu::new().member(), db.member()]).await;
    assert_eq!(line(&report), "MEASUREMENT ok success c-1");
    let metrics = report.param("metrics").as_object().unwrap();
    assert_eq!(metrics.keys().collect::<Vec<_>>(), ["error_rate", "hits", "latency", "throughput"]);
    let some = Part::new("db").measuring(vec![series(f64::NAN), series(2.5)]);
    let report = measured(vec![some.member()]).await;
    assert_eq!(report.param("metrics")["requests"]["values"].as_array().unwrap().len(), 1);
    let none = measured(vec![db.member()]).await;
    assert_eq!((line(&none), none.param("metrics")), ("MEASUREMENT ok success c-1".to_owned(), &json!({})));
}

/// Failures, the one of the highest priority first, with the words that the optimizer is told.
const FAILURES: [(Failing, &str); 5] = [
    (Failing { class: Class::Aborted, message: "too slow", reason: Some(reason::SLO_VIOLATION) }, "aborted"),
    (Failing { class: Class::Rejected, message: "it crashed", reason: Some(reason::UNSTABLE) }, "rejected"),
    (Failing { class: Class::Failed, message: "it failed", reason: Some("some-reason") }, "failed"),
    (Failing { class: Class::Connection, message: "no route", reason: None }, "failed"),
    (Failing { class: Class::Internal, message: "a bug", reason: None }, "failed"),
];

#[tokio::test(start_paused = true)]
async fn the_failure_of_the_highest_priority_speaks() {
    for (high, (speaker, status)) in FAILURES.into_iter().enumerate() {
        for (other, _) in FAILURES.into_iter().skip(high + 1) {
            for [first, second] in [[speaker, other], [other, speaker]] {
                let part = |name: &str, failing| Part::new(name).failing(failing).member();
                let members = || vec![Part::new("a").member(), part("b", first), part("c", second)];
                let expected = [json!(status), json!(speaker.reason), json!(speaker.message)];
                assert_eq!(failure(&measured(members()).await), expected, "beside {other:?}");
                assert_eq!(failure(&adjusted(members(), "a", json!({})).await), expected, "beside {other:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_failures_of_the_same_priority_the_first_connectors_speaks() {
    let failing = |message| Failing { class: Class::Rejected, message, reason: None };
    let members = ["first", "second"].map(|name| Part::new(name).failing(failing(name)).member());
    assert_eq!(failure(&measured(members.into()).await)[2], "first");
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_that_yields_to_any_other() {
    let report = measured(vec![Part::new("a").panicking().member(), Part::new("b").member()]).await;
    assert_eq!(line(&report), "MEASUREMENT failed c-1");
    assert!(report.param("message").as_str().unwrap().contains("panicked: a is broken"), "{report:?}");
    let report = adjusted(vec![Part::new("a").panicking().member()], "a", json!({})).await;
    assert_eq!(line(&report), "ADJUSTMENT failed c-1");
    let rejects = Part::new("b").failing(Failing {
        class: Class::Rejected,
        message: "no node",
        reason: Some(reason::UNSCHEDULABLE),
    });
    let report = measured(vec![Part::new("a").panicking().member(), rejects.member()]).await;
    assert_eq!(line(&report), "MEASUREMENT rejected unschedulable c-1");
}

#[tokio::test(start_paused = true)]
async fn an_adjustment_that_nobody_handles_fails() {
    let report = adjusted(vec![Part::new("a").member(), Part::new("b").member()], "c", json!({})).await;
    assert_eq!(line(&report), "ADJUSTMENT failed c-1");
    let message = report.param("message").as_str().unwrap();
    assert!(message.contains("no connector handled") && message.contains("c.replicas"), "{message}");
    let report = adjusted(Vec::new(), "c", json!({})).await;
    assert_eq!(line(&report), "ADJUSTMENT failed c-1");
    let report = adjusted(vec![Part::new("a").member(), Part::new("b").member()], "b", json!({})).await;
    assert_eq!(line(&report), "ADJUSTMENT ok success c-1");
    let state = &report.param("state")["application"]["components"];
    assert_eq!([&state["a"], &state["b"]].map(|it| it["settings"]["replicas"]["value"].clone()), [3, 4]);
}

/// The optimizer cancels; one connector ends at once, another never. The report does not wait for longer than the
/// grace, and the servo begins again.
#[tokio::test(start_paused = true)]
async fn an_operation_that_ignores_its_cancellation_is_dropped_after_the_grace() {
    let backend = Backend::new();
    let param = json!({"metrics": [], "control": {"duration": 600}});
    backend.answer(Kind::WhatsNext, Answer::command("MEASURE", "c-1", param));
    backend.answer(Kind::MeasurementProgress, Answer::reply("cancel", Some("no longer wanted")));
    let (emu, deaf) = (Emu::new(), Part::new("deaf").ignoring_cancellation());
    let members = vec![emu.member(), deaf.member()];
    let session = Session::of_members(configuration(&backend), emu.clone(), members);
    let told = backend.wait_for(Kind::MeasurementProgress, 1).await;
    let report = backend.wait_for(Kind::Measurement, 1).await;
    let [status, why, message] = failure(&report);
    assert_eq!((status, why, message), (json!("cancelled"), Value::Null, json!("no longer wanted")));
    let waited = report.at - told.at;
    assert!(waited >= Bus::CANCEL_GRACE && waited < Bus::CANCEL_GRACE + Duration::from_secs(1), "{waited:?}");
    assert!(emu.log().contains(&"measure c-1 cancelled".to_owned()));
    assert!(deaf.is_dropped(), "what it did is dropped");
    backend.wait_for(Kind::Hello, 2).await;
    session.stop("SIGTERM").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_longer_than_the_grace_for_it_either() {
    let backend = Backend::new();
    let param = json!({"metrics": [], "control": {"duration": 600}});
    backend.answer(Kind::WhatsNext, Answer::command("MEASURE", "c-1", param));
    let deaf = Part::new("deaf").ignoring_cancellation();
    let session = Session::of_members(configuration(&backend), Emu::new(), vec![deaf.member()]);
    backend.wait_for(Kind::WhatsNext, 1).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let begin = tokio::time::Instant::now();
    session.stop("SIGTERM").await.unwrap();
    assert!(begin.elapsed() < Bus::CANCEL_GRACE + Duration::from_secs(1));
    let lines: Vec<String> = backend.requests().iter().map(line).collect();
    assert_eq!(lines, ["HELLO", "WHATS_NEXT", "GOODBYE SIGTERM"]);
    assert!(deaf.is_dropped());
}
