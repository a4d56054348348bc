//! Rounds as they are told and what they violate.

use serde_json::{Value, from_value, json};

use super::*;
use crate::Class;
use crate::model::{DataPoint, Metric, Unit};

fn watch(conditions: &Value) -> Watch {
    let slo: Slo = from_value(json!({"conditions": conditions})).unwrap();
    Watch::new(&slo, &FastFail::default())
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn round(watch: &mut Watch, at: &str, values: &[(&str, f64)]) -> Round {
    let time = time(at);
    let reading = |(name, value): &(&str, f64)| {
        DataPoint { metric: Metric::new(*name, Unit::Float), time, value: *value }.into()
    };
    watch.check(time, &values.iter().map(reading).collect::<Vec<_>>())
}

#[test]
fn a_violation_reads_as_that_of_servox() {
    let condition = json!({"description": "too high", "metric": "up", "threshold": 0.5, "keep": "below",
        "trigger_count": 2, "trigger_window": 2});
    let mut watch = watch(&json!([condition]));
    let first = round(&mut watch, "2026-11-21T21:28:46.771701Z", &[("up", 1.0)]);
    assert_eq!(first.violation(), None);
    let second = round(&mut watch, "2026-11-21T21:28:48.881041Z", &[("up", 1.0)]);
    let error = second.into_result().unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Aborted, Some("slo-violation")));
    // Word for word the message of the recorded session 30f.
    assert_eq!(
        error.message(),
        "SLO violation(s) observed: (up below 0.5 -> too high)[2026-11-21 21:28:46.771701 SLO failed metric value 1 \
         was not below threshold value 0.5, 2026-11-21 21:28:48.881041 SLO failed metric value 1 was not below \
         threshold value 0.5]"
    );
}

#[test]
fn all_that_is_violated_is_told_together() {
    let mut watch = watch(&json!([
        {"metric": "throughput", "threshold": 6000},
        {"metric": "fine", "threshold": 6000},
        {"metric": "rate", "threshold": 3, "keep": "above"},
    ]));
    let found =
        round(&mut watch, "2020-01-21T12:00:01Z", &[("throughput", 6535.8), ("fine", 1.0), ("rate", 2.5)]);
    assert_eq!(found.violation().map(|violation| violation.violated().len()), Some(2));
    assert_eq!(
        found.violation().map(ToString::to_string).unwrap(),
        "SLO violation(s) observed: \
         (throughput below 6000)[2020-01-21 12:00:01 SLO failed metric value 6535.8 was not below threshold value 6000], \
         (rate above 3)[2020-01-21 12:00:01 SLO failed metric value 2.5 was not above threshold value 3]"
    );
}

#[test]
fn only_the_failures_of_a_window_are_told() {
    let condition = json!({"metric": "a", "threshold": 1, "trigger_count": 2, "trigger_window": 4});
    let mut watch = watch(&json!([condition]));
    round(&mut watch, "2020-01-21T12:00:00Z", &[("a", 2.0)]);
    round(&mut watch, "2020-01-21T12:01:00Z", &[("a", 1.0)]);
    round(&mut watch, "2020-01-21T12:02:00Z", &[]);
    let found = round(&mut watch, "2020-01-21T12:03:00Z", &[("a", 3.0)]);
    assert_eq!(
        found.violation().map(ToString::to_string).unwrap(),
        "SLO violation(s) observed: (a below 1)[2020-01-21 12:00:00 SLO failed metric value 2 was not below threshold \
         value 1, 2020-01-21 12:03:00 SLO failed metric value 3 was not below threshold value 1]"
    );
}

#[test]
fn a_long_window_is_told_in_part() {
    let condition = json!({"metric": "a", "threshold": 1, "trigger_count": 500});
    let mut watch = watch(&json!([condition]));
    let rounds = (0..500).map(|_| round(&mut watch, "2020-01-21T12:00:00Z", &[("a", 2.0)]));
    let text = rounds.last().and_then(|round| round.violation().map(ToString::to_string)).unwrap();
    assert!(
        text.starts_with("SLO violation(s) observed: (a below 1)[480 earlier failures, 2020-01-21"),
        "{text}"
    );
    assert_eq!(text.matches("SLO failed").count(), 20);
}

#[test]
fn each_round_is_told_by_status() {
    let mut watch = watch(&json!([
        {"metric": "a", "threshold": 1},
        {"metric": "missing", "threshold": 1},
        {"metric": "b", "threshold": 1, "description": "calm"},
        {"metric": "c", "threshold_metric": "a"},
        {"metric": "a", "threshold_metric": "nothing"},
        {"metric": "c", "threshold": 0.01},
    ]));
    let found = round(&mut watch, "2020-01-21T12:00:00Z", &[("a", 1.0), ("b", 0.5), ("c", 0.1)]);
    assert_eq!(
        found.to_string(),
        "SLO statuses from last check: x2 passed [(a below 1), (b below 1 -> calm)], x1 missing_metric [(missing below \
         1)], x1 zero_metric [(c below a)], x1 missing_threshold [(a below nothing)], x1 failed [(c below 0.01)]"
    );
}

#[test]
fn each_condition_has_a_window_of_its_own() {
    let mut watch = watch(&json!([
        {"metric": "a", "threshold": 1, "trigger_count": 2},
        {"metric": "b", "threshold": 1, "trigger_count": 2},
    ]));
    assert_eq!(round(&mut watch, "2020-01-21T12:00:00Z", &[("a", 2.0), ("b", 0.0)]).violation(), None);
    assert_eq!(round(&mut watch, "2020-01-21T12:01:00Z", &[("a", 0.0), ("b", 2.0)]).violation(), None);
    let found = round(&mut watch, "2020-01-21T12:02:00Z", &[("b", 2.0)]);
    let violated: Vec<_> =
        found.violation().unwrap().violated().iter().map(|one| one.condition.to_string()).collect();
    assert_eq!(violated, ["(b below 1)"]);
    let lengths: Vec<_> = watch.windows().map(|(_, seen)| seen.len()).collect();
    assert_eq!(lengths, [3, 2], "the one was skipped in the last round, the other trimmed");
    let statuses: Vec<_> = found.outcomes().map(|(_, outcome)| outcome.status()).collect();
    assert_eq!(statuses, ["missing_metric", "failed"]);
}

#[test]
fn nothing_is_violated_by_missing_data() {
    let mut watch = watch(&json!([{"metric": "a", "threshold": 1}]));
    for _ in 0..10 {
        assert!(round(&mut watch, "2020-01-21T12:00:00Z", &[]).into_result().is_ok());
    }
}
