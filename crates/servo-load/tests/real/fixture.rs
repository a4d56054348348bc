//! A connector on a bus, which sends its load for real.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use servo_core::Result;
use servo_core::check::{Check, Checking, HaltOnFailed};
use servo_core::context::Host;
use servo_core::event::standard::{self, Measure, Measuring};
use servo_core::event::{Bus, Scope};
use servo_core::model::{Control, Measurement};
use servo_core::registry::Registry;
use servo_load as _;

/// Puts a connector on a bus.
pub(crate) fn bus(key: &str, section: Value) -> Arc<Bus> {
    let registry = Registry::collect().unwrap();
    let bus = Bus::new(Host::named("test"));
    bus.add(registry.connector(key).unwrap().build(key, section).unwrap()).unwrap();
    bus
}

/// A section with a rate and a target, and what else a test says.
pub(crate) fn section(rate: &str, target: &str, more: &Value) -> Value {
    let mut section = json!({"rate": rate, "target": target});
    let keys = section.as_object_mut().unwrap();
    keys.extend(more.as_object().cloned().unwrap_or_default());
    section
}

/// Measures as an optimizer asks it.
pub(crate) async fn measure(bus: &Arc<Bus>, control: Value) -> Result<Measurement> {
    let control: Control = serde_json::from_value(control).unwrap();
    measure_in(bus, &Scope::detached(), control).await
}

pub(crate) async fn measure_in(bus: &Arc<Bus>, scope: &Scope, control: Control) -> Result<Measurement> {
    let input = Measuring { metrics: None, control };
    let dispatched = bus.dispatch::<Measure>(scope, input).keep_errors().into_future();
    let dispatched = tokio::time::timeout(Duration::from_mins(1), dispatched).await;
    dispatched.unwrap()?.answers().map(|answers| answers.into_iter().next().unwrap().1)
}

/// Sends a load for a time, and gives the measurement.
pub(crate) async fn attack(section: Value, duration: &str) -> Result<Measurement> {
    measure(&bus("load", section), json!({"duration": duration})).await
}

/// The value of a metric.
pub(crate) fn of(measurement: &Measurement, name: &str) -> f64 {
    measurement.mean_of(name).unwrap()
}

/// Runs all checks of the connector.
pub(crate) async fn check(bus: &Arc<Bus>) -> Vec<Check> {
    let checking = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    let dispatched = bus.dispatch::<standard::Check>(&Scope::detached(), checking).await.unwrap();
    dispatched.answers().unwrap().into_iter().next().unwrap().1
}
