//! Tests of what becomes a measurement, and what is refused.

use std::time::Duration as StdDuration;

use jiff::Timestamp;
use serde_json::json;
use servo_core::Connector as _;
use servo_core::duration::Duration;

use super::*;
use crate::summary::Pace;

fn load() -> Load {
    let settings = json!({"rate": "50/1s", "target": "GET http://shop/"});
    Load::new("load", serde_json::from_value(settings).expect("settings")).expect("a connector")
}

fn outcome() -> Outcome {
    let summary = Summary {
        lasted: StdDuration::from_secs(10),
        ended: 500,
        answered: 500,
        succeeded: 500,
        succeeded_meanwhile: 500,
        ..Summary::default()
    };
    let pace = Pace { due: 500, begun: 500, lasted_seconds: 10.0, at_once: 10_000, ..Pace::default() };
    Outcome { summary, end: Timestamp::UNIX_EPOCH, pace }
}

fn control() -> Control {
    Control { duration: Duration::from_secs(300), ..Control::default() }
}

#[test]
fn the_note_on_what_is_sent_has_the_words_of_servox() {
    let plan = load().plan(&control()).expect("a plan");
    let expected =
        "Loading 1 URL(s) for 5m (delay of 0, warmup of 0) at a rate of 50/1s (reporting every 15s)";
    assert_eq!(told(&plan, &control(), 1), expected);
}

#[test]
fn the_optimizer_may_ask_for_another_load_for_one_measurement() {
    let with = |load: serde_json::Value| Control { load: Some(load), ..control() };
    let plan = load().plan(&with(json!({"steps": [{"rate": 7}]}))).expect("a plan");
    assert_eq!(plan.profile.to_string(), "rates of 7/1s");
    let plan = load().plan(&with(json!({}))).expect("a plan");
    assert_eq!(plan.profile.to_string(), "a rate of 50/1s", "nothing is asked for");
    let error = load().plan(&with(json!({"rate": "fast"}))).expect_err("no rate");
    assert_eq!(error.key(), Some("control.load.rate"), "{error}");
}

#[test]
fn without_time_there_is_no_measurement() {
    let error =
        load().plan(&Control { duration: Duration::ZERO, ..Control::default() }).expect_err("no time");
    assert!(error.message().starts_with("expected a duration above zero"), "{error}");
}

#[test]
fn each_metric_that_is_asked_for_has_one_point_with_the_figure_of_the_whole_time() {
    let input = Measuring {
        metrics: Some(vec!["throughput".to_owned(), "latency_99th".to_owned()]),
        control: control(),
    };
    let measured = measurement(&outcome(), &input).expect("a measurement");
    assert_eq!(measured.readings().len(), 2);
    assert_eq!(measured.mean_of("throughput"), Some(3_000.0));
    let all = measurement(&outcome(), &Measuring::default()).expect("a measurement");
    assert_eq!(all.readings().len(), 11);
}

#[test]
fn no_answer_at_all_is_a_failure_and_so_is_what_the_generator_lost() {
    let mut silent = outcome();
    silent.summary.answered = 0;
    silent.summary.faults = [("cannot connect: connection refused".to_owned(), 500)].into();
    let error = judged(&silent).expect_err("silence");
    assert_eq!(error.message(), "none of 500 requests was answered: cannot connect: connection refused");
    let mut lost = outcome();
    lost.summary.own_faults = 6;
    assert!(
        judged(&lost).expect_err("lost").message().starts_with("the generator lost 6 of 500 requests itself")
    );
    assert_eq!(judged(&outcome()).expect("fine"), None);
}
