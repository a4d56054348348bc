//! What a connector does when it is used, on a paused clock.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use servo_core::Descriptor;
use servo_core::check::Checking;
use servo_core::context::Host;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{Bus, Dispatched, Event, Phase, Scope, standard};
use servo_core::model::{Control, Description};

/// How long an operation may go on after it was cancelled.
const LIMIT: Duration = Duration::from_secs(1);

/// What is measured was described, under the same name and unit.
pub(super) fn measures_what_it_describes(descriptor: &Descriptor, settings: &Value) -> Vec<String> {
    if !handles(descriptor, Measure::NAME) {
        return Vec::new();
    }
    paused(descriptor, settings, |bus| async move {
        let scope = Scope::detached();
        // Without its outside system a connector cannot describe; then there is nothing to compare.
        let Some(described) = describe(&bus, &scope).await else { return Vec::new() };
        let dispatch = bus.dispatch::<Measure>(&scope, Measuring::default()).keep_errors().await;
        let Ok(answers) = dispatch.and_then(Dispatched::answers) else { return Vec::new() };
        let measured = answers.iter().flat_map(|(_, measurement)| measurement.readings());
        measured
            .map(servo_core::model::Reading::metric)
            .filter(|metric| !described.metrics.contains(metric))
            .map(|metric| format!("it measures `{}` ({}) without describing it", metric.name, metric.unit))
            .collect()
    })
}

/// Every operation ends soon after it is cancelled.
pub(super) fn stops_when_cancelled(descriptor: &Descriptor, settings: &Value) -> Vec<String> {
    let mut failures = Vec::new();
    let long = Control {
        duration: servo_core::duration::Duration::from_secs(3600),
        settlement: Some(servo_core::duration::Duration::from_secs(3600)),
        ..Control::default()
    };
    if handles(descriptor, Measure::NAME) {
        let input = Measuring { metrics: None, control: long.clone() };
        failures.extend(ends::<Measure>(descriptor, settings, |_| input));
    }
    if handles(descriptor, Adjust::NAME) {
        failures.extend(ends::<Adjust>(descriptor, settings, |described| Adjusting {
            adjustments: described.map(Description::values).unwrap_or_default(),
            control: long,
        }));
    }
    if handles(descriptor, Describe::NAME) {
        failures.extend(ends::<Describe>(descriptor, settings, |_| Control::default()));
    }
    if handles(descriptor, standard::Check::NAME) {
        failures.extend(ends::<standard::Check>(descriptor, settings, |_| Checking::default()));
    }
    failures
}

fn ends<E: Event>(
    descriptor: &Descriptor,
    settings: &Value,
    input: impl FnOnce(Option<&Description>) -> E::Input,
) -> Vec<String> {
    paused(descriptor, settings, |bus| async move {
        let described = describe(&bus, &Scope::detached()).await;
        let scope = Scope::detached();
        let token = scope.token.clone();
        let dispatch = bus.dispatch::<E>(&scope, input(described.as_ref())).keep_errors();
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            token.cancel();
            tokio::time::Instant::now()
        };
        let (_, cancelled) = tokio::join!(dispatch.into_future(), cancel);
        let took = cancelled.elapsed();
        if took > LIMIT {
            return vec![format!("`{}` went on for {took:?} after it was cancelled", E::NAME)];
        }
        Vec::new()
    })
}

pub(super) async fn describe(bus: &Arc<Bus>, scope: &Scope) -> Option<Description> {
    let dispatched = bus.dispatch::<Describe>(scope, Control::default()).await.ok()?;
    dispatched.answers().ok()?.into_iter().next().map(|(_, description)| description)
}

pub(super) fn handles(descriptor: &Descriptor, event: &str) -> bool {
    descriptor.handled().iter().any(|handled| handled.event == event && handled.phase == Phase::On)
}

/// Runs a test against a fresh instance, with a state folder of its own.
pub(super) fn paused<F: Future<Output = Vec<String>>>(
    descriptor: &Descriptor,
    settings: &Value,
    test: impl FnOnce(Arc<Bus>) -> F,
) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let (Ok(runtime), Ok(folder)) = (runtime, tempfile::tempdir()) else {
        return vec!["no runtime or no temporary folder to test it in".to_owned()];
    };
    runtime.block_on(async {
        let bus = Bus::new(Host::new("conformance", folder.path().to_owned()));
        match descriptor.build(descriptor.key, settings.clone()).and_then(|member| bus.add(member)) {
            Ok(_) => test(bus).await,
            Err(error) => vec![format!("its example does not build: {error}")],
        }
    })
}
