//! The connector on a bus of its own, with a `/proc` made of two files, and on a paused clock.

use std::sync::Arc;

use servo_core::Class;
use servo_core::context::Host;
use servo_core::duration::Duration;
use servo_core::event::{Bus, Member, Scope};

use super::settings::Settings;
use super::*;

fn bus(proc: &str) -> Arc<Bus> {
    let settings = Settings { proc: proc.into(), ..Settings::default() };
    let bus = Bus::new(Host::named("test"));
    bus.add(Member::new("loadavg", "loadavg", Loadavg::new("loadavg", settings).unwrap())).unwrap();
    bus
}

async fn measure(bus: &Arc<Bus>, input: Measuring) -> Result<Measurement> {
    let answers = bus.dispatch::<Measure>(&Scope::detached(), input).await?.answers()?;
    Ok(answers.into_iter().map(|(_, measurement)| measurement).next().unwrap())
}

fn lasting(seconds: u64) -> Measuring {
    let control = Control { duration: Duration::from_secs(seconds), ..Control::default() };
    Measuring { metrics: None, control }
}

#[tokio::test(start_paused = true)]
async fn a_value_is_read_at_the_beginning_and_with_every_step() {
    let measurement = measure(&bus("tests/proc"), lasting(10)).await.unwrap();
    let points = measurement.readings().iter().map(|reading| match reading {
        servo_core::model::Reading::TimeSeries(series) => series.points().len(),
        servo_core::model::Reading::DataPoint(_) => 0,
    });
    assert_eq!(points.collect::<Vec<_>>(), [3, 3]);
    assert_eq!(measurement.mean_of("load_1m"), Some(0.52));
    assert_eq!(measurement.mean_of("memory_available"), Some(3_145_728.0));
}

#[tokio::test(start_paused = true)]
async fn only_what_is_asked_for_is_answered() {
    let input = Measuring { metrics: Some(vec!["load_1m".to_owned()]), ..Measuring::default() };
    let measurement = measure(&bus("tests/proc"), input).await.unwrap();
    assert_eq!(measurement.metrics(), [&Metric::new("load_1m", Unit::Float)]);
}

#[tokio::test(start_paused = true)]
async fn missing_data_is_a_failure_that_says_where() {
    let error = measure(&bus("tests/nowhere"), lasting(10)).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert_eq!(error.message(), "cannot read tests/nowhere/loadavg");
    assert!(error.help().is_some());
}

#[test]
fn a_step_of_zero_is_refused_with_its_key() {
    let settings = Settings { step: Duration::ZERO, ..Settings::default() };
    assert_eq!(Loadavg::new("loadavg", settings).unwrap_err().key(), Some("step"));
}

#[test]
fn a_file_without_the_number_is_a_failure() {
    let settings = Settings { proc: "tests/proc".into(), ..Settings::default() };
    let connector = Loadavg::new("loadavg", settings).unwrap();
    let error = connector.read("meminfo", "SwapFree:").unwrap_err();
    assert_eq!(error.message(), "no number after `SwapFree:` in tests/proc/meminfo");
}
