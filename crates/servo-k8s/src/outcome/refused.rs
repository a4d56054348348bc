//! Pods that a controller may not make: a quota is exceeded, admission is denied.
//!
//! A ReplicaSet has a condition that says so for as long as it is so. Of a StatefulSet an event tells, each time that its
//! controller has tried.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Event;

use super::symptom::{Found, Symptom};
use crate::snapshot::Snapshot;
use crate::workload::Workload;

/// Says which event it is, and of which time: it is counted up where it happens again.
pub(super) fn version(event: &Event) -> (String, String) {
    let metadata = &event.metadata;
    (metadata.uid.clone().unwrap_or_default(), metadata.resource_version.clone().unwrap_or_default())
}

/// Says why pods may not be made, except for what was said before.
pub(super) fn of(snapshot: &Snapshot, before: &BTreeSet<(String, String)>) -> Option<Found> {
    let workload = snapshot.workload.as_deref()?;
    let (message, reason) = of_set(snapshot, workload).or_else(|| of_events(snapshot, workload, before))?;
    let said = format!("message='{message}', reason='{reason}'");
    Some(Found { symptom: Symptom::Refused, pod: String::new(), container: None, said })
}

fn of_set(snapshot: &Snapshot, workload: &Workload) -> Option<(String, String)> {
    let status = snapshot.newest_set(workload)?.status.as_ref()?;
    let conditions = status.conditions.as_deref()?;
    let failure = conditions.iter().find(|it| it.type_ == "ReplicaFailure" && it.status == "True")?;
    Some((failure.message.clone().unwrap_or_default(), failure.reason.clone().unwrap_or_default()))
}

fn of_events(
    snapshot: &Snapshot,
    workload: &Workload,
    before: &BTreeSet<(String, String)>,
) -> Option<(String, String)> {
    // It may have had its way since.
    if workload.counts.all >= workload.replicas {
        return None;
    }
    let newest = snapshot.refusals.iter().filter(|event| !before.contains(&version(event)));
    let event =
        newest.max_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0.as_nanosecond()))?;
    Some((event.message.clone().unwrap_or_default(), event.reason.clone().unwrap_or_default()))
}
