//! What the checks of a connector do, on a paused clock.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use servo_core::Descriptor;
use servo_core::check::{Check, Checking, HaltOnFailed, Key, Report};
use servo_core::event::{Bus, Event as _, Scope, standard};
use servo_core::model::Description;

use super::behaviour::{describe, handles, paused};

/// Checks are known by the same ids in every run, change nothing, and end when they are cancelled.
pub(super) fn are_sound(descriptor: &Descriptor, settings: &Value) -> Vec<String> {
    if !handles(descriptor, standard::Check::NAME) {
        return Vec::new();
    }
    let mut failures = paused(descriptor, settings, |bus| async move { known_by_their_ids(&bus).await });
    failures.extend(paused(descriptor, settings, |bus| async move { change_nothing(&bus).await }));
    failures.extend(paused(descriptor, settings, |bus| async move { end_when_cancelled(&bus).await }));
    failures
}

/// Runs all checks twice.
async fn known_by_their_ids(bus: &Arc<Bus>) -> Vec<String> {
    let (scope, checking) = (Scope::detached(), everything());
    let (one, two) = match (run(bus, &scope, checking.clone()).await, run(bus, &scope, checking).await) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(error), _) | (_, Err(error)) => return vec![format!("its checks cannot be run: {error}")],
    };
    let ids = |checks: &[Check]| checks.iter().map(|check| check.id.clone()).collect::<Vec<_>>();
    let (one, two) = (ids(&one), ids(&two));
    let mut failures = Vec::new();
    let mut known = BTreeSet::new();
    if let Some(id) = one.iter().find(|id| !known.insert(*id)) {
        failures.push(format!("two of its checks have the id `{id}`"));
    }
    if one != two {
        failures.push(format!("its checks had the ids {one:?} in one run and {two:?} in the next"));
    }
    failures
}

/// Compares the settings before and after all checks.
async fn change_nothing(bus: &Arc<Bus>) -> Vec<String> {
    let scope = Scope::detached();
    // Without its outside system a connector cannot describe; then there is nothing to compare.
    let values = async || describe(bus, &scope).await.as_ref().map(Description::values);
    let before = values().await;
    let _ = run(bus, &scope, everything()).await;
    if before.is_some() && before != values().await {
        return vec!["its checks change settings; only a remedy may".to_owned()];
    }
    Vec::new()
}

/// Cancels before the checks begin, and as the first of them does.
async fn end_when_cancelled(bus: &Arc<Bus>) -> Vec<String> {
    let mut failures = Vec::new();
    for at_first in [false, true] {
        let scope = Scope::detached();
        let mut checking = everything();
        if at_first {
            checking.reporter = Some(Arc::new(CancelAtFirst(scope.clone())));
        } else {
            scope.token.cancel();
        }
        let checks = run(bus, &scope, checking).await.unwrap_or_default();
        // Checks that tell nobody when they begin were not cancelled.
        let cancelled = scope.token.is_cancelled();
        if let Some(check) = checks.iter().find(|check| cancelled && check.passed()) {
            failures.push(format!("its check `{}` passes after it was cancelled", check.name));
        }
    }
    failures
}

fn everything() -> Checking {
    Checking { halt_on: HaltOnFailed::Never, ..Checking::default() }
}

/// Gives the checks of all parts of the connector, or what is wrong with them.
async fn run(bus: &Arc<Bus>, scope: &Scope, checking: Checking) -> Result<Vec<Check>, String> {
    let dispatched = bus.dispatch::<standard::Check>(scope, checking).keep_errors().await;
    let answers =
        dispatched.and_then(servo_core::event::Dispatched::answers).map_err(|error| error.chain())?;
    Ok(answers.into_iter().flat_map(|(_, checks)| checks).collect())
}

/// Cancels a run as its first check begins.
struct CancelAtFirst(Scope);

impl Report for CancelAtFirst {
    fn begins(&self, _: &Key, _: &Check) {
        self.0.token.cancel();
    }
}
