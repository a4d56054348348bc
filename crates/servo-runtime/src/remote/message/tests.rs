//! Tests of what is said.

use servo_core::error::reason;
use servo_core::model::{Choices, Component, Measurement, Metric, Range, Setting, Unit};
use servo_core::{Class, Error};

use super::*;

const NOW: Timestamp = Timestamp::constant(1_795_295_940, 900_000_000);

fn decimal(text: &str) -> servo_core::model::Decimal {
    servo_core::model::decimal::parse(text).unwrap()
}

fn web() -> Description {
    let replicas = Setting::replicas(1, 10, 1).unwrap().with_value(2_i64).unwrap();
    let choices = Choices::new(vec!["serial".into(), "g1".into()]).unwrap();
    let gc = Setting::choice("gc", choices).with_value("g1").unwrap();
    let metrics = vec![Metric::new("throughput", Unit::RequestsPerSecond), Metric::new("hits", Unit::Float)];
    Description::new(vec![Component::new("web", vec![replicas, gc])], metrics)
}

fn web_on_the_wire() -> Value {
    json!({
        "application": {"components": {"web": {"settings": {
            "replicas": {"type": "range", "pinned": false, "value": 2, "min": 1, "max": 10, "step": 1},
            "gc": {"type": "enum", "pinned": false, "value": "g1", "values": ["serial", "g1"]},
        }}}},
        "measurement": {"metrics": {"throughput": {"unit": "rps"}, "hits": {"unit": ""}}},
    })
}

fn reported(uid: Option<&str>, result: Result<Answer, Failure>) -> Value {
    serde_json::from_str(&report(&Report { uid: uid.map(str::to_owned), result }, NOW)).unwrap()
}

fn enveloped(event: Event, param: Option<Value>, servo_uid: Option<&str>) -> Value {
    let param = param.map(|param| param.to_string());
    serde_json::from_str(&envelope(event, param.as_deref(), servo_uid)).unwrap()
}

#[test]
fn events_have_the_protocols_names_and_their_own_limits() {
    let all = [
        (Event::Hello, "HELLO", "connect"),
        (Event::WhatsNext, "WHATS_NEXT", "whats_next"),
        (Event::Description, "DESCRIPTION", "description"),
        (Event::Measurement, "MEASUREMENT", "measurement"),
        (Event::Adjustment, "ADJUSTMENT", "adjustment"),
        (Event::Goodbye, "GOODBYE", "goodbye"),
    ];
    for (event, name, exchange) in all {
        assert_eq!((event.name(), event.exchange()), (name, exchange));
    }
}

#[test]
fn an_envelope_has_all_three_keys() {
    assert_eq!(
        enveloped(Event::WhatsNext, None, None),
        json!({"event": "WHATS_NEXT", "param": null, "servo_uid": null})
    );
    assert_eq!(
        enveloped(Event::Goodbye, Some(goodbye("SIGTERM")), Some("uid-123")),
        json!({"event": "GOODBYE", "param": {"reason": "SIGTERM"}, "servo_uid": "uid-123"})
    );
}

#[test]
fn hello_tells_the_agent_and_the_telemetry() {
    let telemetry = [("servox.version", "0.1.0"), ("kubernetes.namespace", "default")];
    let telemetry = telemetry.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    assert_eq!(
        hello(&Hello { agent: "servo v0.1.0".to_owned(), telemetry }),
        json!({
            "agent": "servo v0.1.0",
            "telemetry": {"servox.version": "0.1.0", "kubernetes.namespace": "default"},
        })
    );
    assert_eq!(hello(&Hello::default()), json!({"agent": "", "telemetry": {}}));
}

fn at(percent: f64, runtime: Duration, message: &str) -> Value {
    let (connector, event, message) = ("wait".into(), "measure".into(), message.to_owned());
    progress(Some("c-2"), &Progress { connector, event, percent, runtime, message })
}

#[test]
fn progress_is_numbers_and_a_text_for_a_person() {
    assert_eq!(
        at(46.2006, Duration::from_secs_f64(60.0623).unwrap(), "waiting for 2m10s\n"),
        json!({
            "progress": 46.2006,
            "runtime": 60.0623,
            "cmd_uid": "c-2",
            "message": "waiting for 2m10s (46.20% complete, 1m0.06s elapsed)",
        })
    );
    let silent = Progress {
        connector: "wait".into(),
        event: "measure".into(),
        percent: 50.0,
        runtime: Duration::from_millis(1005),
        message: String::new(),
    };
    assert_eq!(
        progress(None, &silent).to_string(),
        r#"{"cmd_uid":null,"message":"(50.00% complete, 1.01s elapsed)","progress":50.0,"runtime":1.005}"#
    );
}

#[test]
fn progress_is_always_a_number_from_0_to_100() {
    let longest = Duration::from_std(std::time::Duration::MAX);
    for (percent, expected) in [(f64::NAN, 0.0), (f64::INFINITY, 100.0), (-1.0, 0.0), (100.5, 100.0)] {
        let told = at(percent, longest, "x");
        assert_eq!(told["progress"], json!(expected), "{percent}");
        assert!(told["runtime"].is_f64());
    }
}

#[test]
fn a_description_is_answered_with_its_descriptor() {
    assert_eq!(
        reported(Some("c-1"), Ok(Answer::Described(web()))),
        json!({
            "status": "ok", "message": null, "reason": "success",
            "descriptor": web_on_the_wire(), "cmd_uid": "c-1",
        })
    );
}

#[test]
fn an_adjustment_is_answered_with_the_state() {
    assert_eq!(
        reported(Some("c-3"), Ok(Answer::Adjusted(web()))),
        json!({
            "status": "ok", "message": null, "reason": "success",
            "state": web_on_the_wire(), "cmd_uid": "c-3",
        })
    );
    assert_eq!(
        reported(None, Ok(Answer::Adjusted(Description::default()))),
        json!({
            "status": "ok", "message": null, "reason": "success",
            "state": {"application": {"components": {}}, "measurement": {"metrics": {}}}, "cmd_uid": null,
        })
    );
}

#[test]
fn numbers_of_settings_are_as_exact_as_they_were() {
    let cpu = Setting::range("cpu", Range::new(decimal("0.1"), decimal("4"), decimal("0.1")).unwrap());
    let cpu = cpu.with_value(decimal("0.3")).unwrap();
    let described = Description::new(vec![Component::new("web", vec![cpu])], Vec::new());
    let text = reported(None, Ok(Answer::Described(described))).to_string();
    assert!(text.contains(r#""max":4,"min":0.1"#) && text.contains(r#""value":0.3"#), "{text}");
}

#[test]
fn a_measurement_is_answered_with_metrics_and_annotations() {
    let measurement = Measurement::default().with_annotation("note", "emu");
    assert_eq!(
        reported(Some("c-2"), Ok(Answer::Measured(measurement))),
        json!({
            "status": "ok", "message": null, "reason": "success",
            "metrics": {}, "annotations": {"note": "emu"}, "cmd_uid": "c-2",
        })
    );
    assert_eq!(reported(None, Ok(Answer::Measured(Measurement::default())))["annotations"], json!({}));
}

#[test]
fn every_failure_has_its_status_and_its_reason() {
    let errors = [
        (Error::rejected(reason::UNSTABLE, "boom"), "rejected", Some("unstable")),
        (Error::rejected(reason::UNSCHEDULABLE, "boom"), "rejected", Some("unschedulable")),
        (Error::rejected(reason::START_FAILED, "boom"), "rejected", Some("start-failed")),
        (Error::rejected(reason::IMAGE_PULL_FAILED, "boom"), "rejected", Some("image-pull-failed")),
        (Error::new(Class::Rejected, "boom"), "rejected", None),
        (
            Error::new(Class::Aborted, "boom").with_reason(reason::SLO_VIOLATION),
            "aborted",
            Some("slo-violation"),
        ),
        (Error::new(Class::Aborted, "boom"), "aborted", None),
        (Error::cancelled("boom"), "cancelled", None),
        (Error::failed("boom"), "failed", None),
        (Error::failed("boom").with_reason(reason::UNSTABLE), "failed", Some("unstable")),
        (Error::new(Class::Connection, "boom"), "failed", None),
        (Error::configuration("boom"), "failed", None),
        (Error::internal("boom"), "failed", None),
    ];
    for (error, status, reason) in errors {
        assert_eq!(
            reported(Some("c"), Err(Failure::from(&error))),
            json!({"status": status, "message": "boom", "reason": reason, "cmd_uid": "c"}),
            "{error:?}"
        );
    }
}
