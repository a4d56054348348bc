//! Tests of the connector against the recordings that were made with it.

use serde_json::json;
use servo_core::context::Host;
use servo_core::event::{Bus, Scope};
use servo_core::model::State;
use servo_core::progress;
use servo_core::servo::Servo;

use super::*;
use crate::backend::Kind;
use crate::transcript::{Transcript, normalise};

fn bus(emu: &Emu) -> Arc<Bus> {
    let bus = Bus::new(Host::named("shop"));
    bus.add(emu.member()).unwrap();
    bus
}

fn control(control: Json) -> Control {
    serde_json::from_value(control).unwrap()
}

fn measuring(param: &Json) -> Measuring {
    let metrics = match &param["metrics"] {
        Json::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        names => names.as_object().unwrap().keys().cloned().collect(),
    };
    Measuring { metrics: Some(metrics), control: control(param["control"].clone()) }
}

fn adjusting(param: &Json) -> Adjusting {
    let state: State = serde_json::from_value(param["state"].clone()).unwrap();
    Adjusting { adjustments: state.adjustments, control: control(param["control"].clone()) }
}

/// Writes a measurement as the protocol has it (spec 3.6).
fn wire(measurement: &Measurement) -> Json {
    let metrics = measurement.readings().iter().map(|reading| {
        let body = match reading {
            Reading::DataPoint(point) => json!({"unit": point.metric.unit, "value": point.value}),
            Reading::TimeSeries(series) => {
                let data: Vec<_> =
                    series.points().iter().map(|(time, value)| json!([time.as_second(), value])).collect();
                json!({"unit": series.metric.unit, "values": [{"id": "now", "data": data}]})
            }
        };
        (reading.metric().name.clone(), body)
    });
    json!({"event": "MEASUREMENT", "param": {
        "metrics": metrics.collect::<serde_json::Map<_, _>>(),
        "annotations": measurement.annotations(),
    }})
}

/// Runs the commands of a recording and compares what comes of each with what was reported.
async fn replay(name: &str) {
    let transcript = Transcript::of(name);
    let bus = bus(&Emu::new());
    let reports = transcript.expected();
    let report = |command: &Json| {
        let uid = &command["cmd_uid"];
        let found = reports.iter().find(|it| it.kind.is_report() && it.body["param"]["cmd_uid"] == *uid);
        found.map(|report| report.body["param"].clone())
    };
    for command in transcript.commands() {
        let Some(report) = report(command) else {
            continue;
        };
        let scope = Scope::detached();
        let param = &command["param"];
        let outcome = match command["cmd"].as_str().unwrap() {
            "DESCRIBE" => bus
                .dispatch::<Describe>(&scope, control(param.get("control").cloned().unwrap_or(json!({}))))
                .await
                .and_then(servo_core::event::Dispatched::answers)
                .map(|found| ("descriptor", normalise(&json!(found[0].1)))),
            "MEASURE" => bus
                .dispatch::<Measure>(&scope, measuring(param))
                .await
                .and_then(servo_core::event::Dispatched::answers)
                .map(|found| ("metrics", normalise(&wire(&found[0].1))["param"]["metrics"].clone())),
            "ADJUST" => bus
                .dispatch::<Adjust>(&scope, adjusting(param))
                .await
                .and_then(servo_core::event::Dispatched::answers)
                .map(|found| ("state", normalise(&json!(found[0].1)))),
            other => panic!("{other}"),
        };
        match outcome {
            Ok((key, found)) => assert_eq!(found, report[key], "{name}: {command}"),
            Err(error) => {
                let found = json!({"status": error.class().status(), "message": error.message(),
                    "reason": error.reason(), "cmd_uid": command["cmd_uid"]});
                assert_eq!(found, report, "{name}: {command}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_answers_as_the_recorded_connector() {
    for name in ["01-full", "02-control-variants", "02b-adjust-variants", "08-connector-errors"] {
        replay(name).await;
    }
    for name in ["08e-connector-errors-2", "09-http-whats-next", "25-measure-zero-duration"] {
        replay(name).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_series_has_the_times_of_the_recording() {
    let bus = bus(&Emu::new());
    let duration = |seconds| control(json!({"duration": seconds}));
    let measure = |seconds| Measuring { metrics: None, control: duration(seconds) };
    bus.dispatch::<Measure>(&Scope::detached(), measure(0)).await.unwrap();
    let found = bus.dispatch::<Measure>(&Scope::detached(), measure(3)).await.unwrap().answers().unwrap();
    let recorded = Transcript::of("01-full");
    let recorded = recorded.requests().find(|request| request.kind == Kind::Measurement).unwrap();
    let data = "/param/metrics/throughput/values/0/data";
    assert_eq!(wire(&found[0].1).pointer(data), recorded.body.pointer(data));
}

async fn percentages(emu: &Emu, control: Json) -> Vec<f64> {
    let (sink, mut reports) = progress::channel();
    let scope = Scope { progress: sink, ..Scope::default() };
    let measuring = Measuring { metrics: None, control: self::control(control) };
    bus(emu).dispatch::<Measure>(&scope, measuring).await.unwrap();
    drop(scope);
    let mut found = Vec::new();
    while let Some(progress) = reports.next().await {
        found.push(progress.percent.round());
    }
    found
}

#[tokio::test(start_paused = true)]
async fn progress_comes_each_second_but_not_at_the_end() {
    let emu = Emu::new();
    assert_eq!(percentages(&emu, json!({"duration": 3})).await, [33.0, 67.0]);
    assert_eq!(percentages(&emu, json!({"duration": 1, "past": 1})).await, [50.0]);
    assert_eq!(percentages(&emu, json!({"duration": 1})).await, [0.0; 0]);
    assert_eq!(percentages(&emu, json!({"duration": 0})).await, [0.0; 0]);
    let slow = emu.reporting_every(Duration::from_mins(1));
    assert_eq!(percentages(&slow, json!({"duration": 130})).await, [46.0, 92.0]);
}

#[tokio::test(start_paused = true)]
async fn it_says_what_happened_to_it() {
    let emu = Emu::new();
    let servo = Servo::new(Host::named("shop"));
    servo.bus().add(emu.member()).unwrap();
    servo.attach().await.unwrap();
    servo.startup().await.unwrap();
    let scope = Scope { command_uid: Some("c-1".to_owned()), ..Scope::default() };
    let token = scope.token.clone();
    let adjusting = Adjusting { adjustments: Vec::new(), control: control(json!({"settlement": "30s"})) };
    let adjust = servo.bus().dispatch::<Adjust>(&scope, adjusting);
    let (outcome, ()) = tokio::join!(adjust, async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        token.cancel();
    });
    assert!(outcome.and_then(servo_core::event::Dispatched::answers).is_err());
    servo.shutdown("SIGTERM").await.unwrap();
    let expected = ["attach", "startup", "adjust c-1", "adjust c-1 cancelled", "shutdown SIGTERM", "detach"];
    assert_eq!(emu.log(), expected);
}

#[test]
fn it_has_no_settings() {
    assert!(DESCRIPTOR.build("emu", json!({})).is_ok());
    let error = DESCRIPTOR.build("emu", json!({"x": "1"})).unwrap_err();
    assert_eq!(error.key(), Some("x"));
    let registry = servo_core::registry::Registry::collect().unwrap();
    assert!(registry.connector("emu").is_none());
}
