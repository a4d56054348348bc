//! Measurements that end early against a script, on a paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use servo_core::Class;
use servo_core::event::standard::Measure;
use servo_core::event::{Bus, Scope};
use servo_core::model::{Control, Measurement};
use tokio::time::Instant;

use super::*;
use crate::scripted::{Asked, Script, bus, refused, series};
use crate::source::Answer;

async fn measure(bus: &Arc<Bus>, control: Value) -> Result<Measurement> {
    let control: Control = serde_json::from_value(control).unwrap();
    let input = Measuring { metrics: Some(vec!["up".to_owned()]), control };
    let dispatched = bus.dispatch::<Measure>(&Scope::detached(), input).keep_errors().await.unwrap();
    dispatched.answers().map(|answers| answers.into_iter().next().unwrap().1)
}

fn section(more: &Value) -> Value {
    let metrics = json!([
        {"name": "up", "query": "up", "step": "1s"}, {"name": "other", "query": "other", "step": "1s"},
    ]);
    let mut section = json!({"metrics": metrics});
    section.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    section
}

fn slo(more: &Value) -> Value {
    let mut condition = json!({"description": "too high", "metric": "up", "threshold": 0.5, "keep": "below"});
    condition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"duration": 30, "userdata": {"slo": {"conditions": [condition]}}})
}

/// A server whose answers to range queries follow one another, the last one for ever.
fn course(answers: Vec<Result<f64>>) -> Script {
    let round = AtomicU32::new(0);
    Script::of(move |asked| {
        let at = usize::try_from(round.fetch_add(1, Ordering::Relaxed)).unwrap().min(answers.len() - 1);
        match &answers[at] {
            Ok(value) => Ok(Answer { series: vec![series(&[], asked, *value)], ..Answer::default() }),
            Err(_) => Err(refused()),
        }
    })
}

#[tokio::test(start_paused = true)]
async fn the_recorded_violation_is_answered_as_it_was() {
    let script = Arc::new(Script::constant(1.0));
    let (bus, begin) = (bus(section(&json!({"fast_fail": {"period": "2s"}})), &script), Instant::now());
    let error = measure(&bus, slo(&json!({"trigger_count": 2, "trigger_window": 2}))).await.unwrap_err();
    assert_eq!((error.class(), error.class().status()), (Class::Aborted, "aborted"));
    assert_eq!(error.reason(), Some("slo-violation"));
    assert_eq!(begin.elapsed().as_secs(), 4, "the second round is the second failure");
    // The text of transcript 30f, its times excepted.
    let begins = "SLO violation(s) observed: (up below 0.5 -> too high)[";
    let seen = "SLO failed metric value 1 was not below threshold value 0.5";
    assert!(error.message().starts_with(begins), "{error}");
    assert_eq!(error.message().matches(seen).count(), 2, "{error}");
}

#[tokio::test(start_paused = true)]
async fn rounds_are_on_time_and_look_back_over_the_span() {
    let script = Arc::new(Script { takes: std::time::Duration::from_millis(700), ..Script::constant(0.0) });
    let options = json!({"fast_fail": {"period": "5s", "span": "20s", "skip": "7s"}});
    let (bus, begin) = (bus(section(&options), &script), Instant::now());
    measure(&bus, slo(&json!({}))).await.unwrap();
    let times = script.times(begin, |asked| matches!(asked, Asked::Range(..)));
    let seconds: Vec<_> = times.iter().map(std::time::Duration::as_millis).collect();
    assert_eq!(seconds, [10_000, 15_000, 20_000, 25_000, 30_000], "not before the skip, and not drifting");
    let asked = script.asked();
    let Asked::Range(query, range, _) = &asked[0] else { panic!("{asked:?}") };
    assert_eq!((query.as_str(), range.end.duration_since(range.start).as_secs()), ("up", 20));
    let Asked::Range(_, whole, _) = &asked[4] else { panic!("{asked:?}") };
    assert_eq!(whole.end.duration_since(whole.start).as_secs(), 30);
    assert_eq!(whole.end.duration_since(range.end).as_secs(), 20, "the look ends when it is taken");
}

#[tokio::test(start_paused = true)]
async fn a_look_that_takes_longer_than_a_period_leaves_rounds_out_and_delays_nothing() {
    let script = Arc::new(Script { takes: std::time::Duration::from_secs(12), ..Script::constant(0.0) });
    let (bus, begin) = (bus(section(&json!({"fast_fail": {"period": "5s"}})), &script), Instant::now());
    measure(&bus, slo(&json!({}))).await.unwrap();
    let times = script.times(begin, |asked| matches!(asked, Asked::Range(..)));
    assert_eq!(times.iter().map(std::time::Duration::as_secs).collect::<Vec<_>>(), [5, 20, 30]);
    assert_eq!(begin.elapsed().as_secs(), 42, "on time, and what the measurement itself takes");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_looked_at_without_objectives_or_where_that_is_disabled() {
    let script = Arc::new(Script::constant(1.0));
    let plain = bus(section(&json!({"fast_fail": {"period": "2s"}})), &script);
    measure(&plain, json!({"duration": 30})).await.unwrap();
    assert_eq!(script.asked().len(), 1);
    let disabled = bus(section(&json!({"fast_fail": {"period": "2s", "disabled": 1}})), &script);
    measure(&disabled, slo(&json!({}))).await.unwrap();
    assert_eq!(script.asked().len(), 2);
    // Nobody reads what is not looked at.
    let broken = json!({"duration": 30, "userdata": {"slo": {"conditions": 1}}});
    measure(&disabled, broken.clone()).await.unwrap();
    let error = measure(&plain, broken).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_query_that_fails_in_a_round_is_no_violation_and_does_not_end_the_measurement() {
    let script = Arc::new(course(vec![Ok(1.0), Err(refused()), Ok(1.0)]));
    let (bus, begin) = (bus(section(&json!({"fast_fail": {"period": "5s"}})), &script), Instant::now());
    let control = slo(&json!({"trigger_count": 2, "trigger_window": 2}));
    let error = measure(&bus, control).await.unwrap_err();
    assert_eq!(error.class(), Class::Aborted);
    assert_eq!(begin.elapsed().as_secs(), 15, "the round that failed is as if it had not been");
}

#[tokio::test(start_paused = true)]
async fn a_metric_that_is_not_measured_is_missing_and_violates_nothing() {
    let script = Arc::new(Script::constant(1.0));
    let bus = bus(section(&json!({"fast_fail": {"period": "5s"}})), &script);
    measure(&bus, slo(&json!({"metric": "other"}))).await.unwrap();
    let is_other = |asked: &&Asked| matches!(asked, Asked::Range(query, ..) if query == "other");
    assert_eq!(script.asked().iter().filter(is_other).count(), 0);
}

#[tokio::test(start_paused = true)]
async fn another_metric_can_be_the_threshold() {
    let script = Script::of(|asked| {
        let Asked::Range(query, ..) = asked else { panic!("{asked:?}") };
        let value = if query == "up" { 10.0 } else { 8.0 };
        Ok(Answer { series: vec![series(&[], asked, value)], ..Answer::default() })
    });
    let bus = bus(section(&json!({"fast_fail": {"period": "5s"}})), &Arc::new(script));
    let condition = json!({"metric": "up", "threshold_metric": "other", "threshold_multiplier": 1.2});
    let control: Control =
        serde_json::from_value(json!({"duration": 30, "userdata": {"slo": {"conditions": [condition]}}}))
            .unwrap();
    let input = Measuring { metrics: None, control };
    let measured = bus.dispatch::<Measure>(&Scope::detached(), input).keep_errors().await.unwrap().answers();
    let error = measured.unwrap_err();
    assert!(error.message().contains("metric value 10 was not below threshold value 9.6"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_measurement_whose_metrics_turn_idle_ends_with_what_it_has() {
    // Busy in two rounds, idle in three; then the measurement itself.
    let script = Arc::new(course(vec![Ok(5.0), Ok(5.0), Ok(0.0)]));
    let more = json!({"fast_fail": {"period": "10s"}, "eager": {"metrics": ["up"]}});
    let (bus, begin) = (bus(section(&more), &script), Instant::now());
    let measured = measure(&bus, json!({"duration": "1h", "warmup": "5s", "delay": "3s"})).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 53, "five rounds, and the wait for late samples");
    let asked = script.asked();
    let Some(Asked::Range(_, range, _)) = asked.last() else { panic!("{asked:?}") };
    assert_eq!(range.end.duration_since(range.start).as_secs(), 45, "from the warm-up to the last round");
    assert_eq!(measured.annotations()["ended early"], "idle after 45s of 1h: up");
}

#[tokio::test(start_paused = true)]
async fn what_was_never_busy_is_measured_to_the_end() {
    let more = json!({"fast_fail": {"period": "10s"}, "eager": {"metrics": ["up"], "after": 1}});
    let (bus, begin) = (bus(section(&more), &Arc::new(Script::constant(0.0))), Instant::now());
    let measured = measure(&bus, json!({"duration": 60})).await.unwrap();
    assert_eq!((begin.elapsed().as_secs(), measured.annotations().len()), (60, 0));
}
