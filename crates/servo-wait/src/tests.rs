//! The connector on a bus of its own, on a paused clock.

use std::sync::Arc;

use serde_json::json;
use servo_core::Class;
use servo_core::connector::typed;
use servo_core::context::Host;
use servo_core::event::{Bus, Member, Scope};
use servo_core::progress;
use tokio::time::Instant;

use super::*;

fn bus(is_enabled: bool) -> Arc<Bus> {
    let settings = typed(json!({"measure_enabled": is_enabled})).unwrap();
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("wait", "wait", Wait::new("wait", settings).unwrap())).unwrap();
    bus
}

/// Warm after 2 s, 5 s that count, 3 s until values have arrived.
fn measuring() -> Measuring {
    let seconds = Duration::from_secs;
    let control =
        Control { warmup: seconds(2), duration: seconds(5), delay: seconds(3), ..Control::default() };
    Measuring { metrics: None, control }
}

async fn measured(bus: &Arc<Bus>, scope: &Scope) -> Result<Measurement> {
    let answers = bus.dispatch::<Measure>(scope, measuring()).await.unwrap().answers();
    answers.map(|mut answers| answers.remove(0).1)
}

#[tokio::test(start_paused = true)]
async fn a_measurement_takes_warmup_duration_and_delay_and_has_no_readings() {
    let (bus, begin) = (bus(true), Instant::now());
    assert_eq!(measured(&bus, &Scope::detached()).await.unwrap(), Measurement::default());
    assert_eq!(begin.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn progress_says_what_is_waited_for() {
    let (progress, mut told) = progress::channel();
    let scope = Scope { progress, ..Scope::default() };
    measured(&bus(true), &scope).await.unwrap();
    drop(scope);
    let mut all = Vec::new();
    while let Some(progress) = told.next().await {
        all.push((progress.percent, progress.message));
    }
    let message = "Waiting for 10s for external measurement to complete".to_owned();
    assert_eq!(all, [(0.0, message.clone()), (50.0, message)]);
}

#[tokio::test(start_paused = true)]
async fn without_measuring_it_is_over_at_once() {
    let begin = Instant::now();
    assert_eq!(measured(&bus(false), &Scope::detached()).await.unwrap(), Measurement::default());
    assert!(begin.elapsed().is_zero());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_measurement_ends_at_once() {
    let scope = Scope::default();
    scope.token.cancel();
    let begin = Instant::now();
    let dispatched = bus(true).dispatch::<Measure>(&scope, measuring()).keep_errors().await.unwrap();
    let error = dispatched.answers().unwrap_err();
    assert_eq!(
        (error.class(), error.message()),
        (Class::Cancelled, "cancelled while waiting for an external measurement")
    );
    assert!(begin.elapsed().is_zero());
}

#[tokio::test]
async fn it_describes_nothing() {
    let bus = bus(true);
    let answers =
        bus.dispatch::<Describe>(&Scope::detached(), Control::default()).await.unwrap().answers().unwrap();
    assert_eq!(answers[0].1, Description::default());
    assert_eq!(bus.members()[0].declares().metrics, Some(Vec::new()));
}

#[test]
fn measuring_must_be_said() {
    let error = typed::<Settings>(json!({})).unwrap_err();
    assert!(error.message().contains("measure_enabled"), "{error}");
    assert!(typed::<Settings>(json!({"measure_enabled": true, "description": "elsewhere"})).is_ok());
}
