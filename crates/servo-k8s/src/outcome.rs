//! What became of a change, from what is known of a workload: pure, and asked again whenever something changes.
//!
//! The rows are those of the compatibility specification, section 8.1.9, for StatefulSets as for Deployments. What cannot
//! pass is told at once; what may pass has a [`grace`](symptom::Symptom::grace).

mod refused;
mod restarts;
mod symptom;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use servo_core::Class;
use tokio::time::Instant;

use crate::fields::{Field, Fields};
use crate::snapshot::Snapshot;
use crate::view::View;
use crate::workload::{Condition, Kind, Workload};

pub(crate) use restarts::Restarts;
pub(crate) use symptom::{Found, Symptom, down, is_ready, of as symptoms_of};
pub(crate) use told::asked;

/// How long a node may be given up for lost while a workload settles: after an API server was away, every node is, until
/// it is heard of again.
const UNHEARD: Duration = Duration::from_secs(30);

/// What a change is to lead to, and what was seen on the way.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The uid of the workload: another one of its name is not meant.
    uid: String,
    /// The generation of the specification that is to be in force.
    generation: i64,
    /// What was asked for, such as `web/main.cpu=9`, with the resource that a scheduler would name.
    asked: Vec<(&'static str, String)>,
    /// Restarts that came before.
    restarts: Restarts,
    /// The uids of the pods that were ready when it began to settle; `None` before that.
    settled: Option<BTreeSet<String>>,
    /// What had said before that pods may not be made, by uid and version.
    refusals: BTreeSet<(String, String)>,
    /// Since when a symptom of a pod lasts.
    lasting: BTreeMap<(String, Symptom), Instant>,
    /// Whether an autoscaler of nodes makes room.
    is_room_made: bool,
}

/// What became of a change so far.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All pods have it, and are available.
    Ready,
    /// It goes on: what is missing, and how far it is, in percent.
    Waiting(String, f64),
    /// It has failed.
    Failed(Verdict),
}

/// Why a change has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Rejected where the change is at fault, failed otherwise.
    pub(crate) class: Class,
    /// The reason, as optimizers know it.
    pub(crate) reason: Option<&'static str>,
    /// What happened, without what the cluster says of it elsewhere.
    pub(crate) message: String,
    /// The pods, and the containers of them, that logs and events may tell more of.
    pub(crate) culprits: Vec<(String, Option<String>)>,
}

impl Expected {
    /// Expects that fields which were just written are in force in all pods.
    pub(crate) fn of(view: &View, asked: &Fields, before: &Snapshot, restarts: Restarts) -> Self {
        Self {
            uid: view.workload.uid().to_owned(),
            generation: view.workload.generation(),
            asked: told::asked(&view.target, (&view.found(), asked), &view.fields),
            restarts,
            settled: None,
            refusals: before.refusals.iter().map(|event| refused::version(event)).collect(),
            lasting: BTreeMap::new(),
            is_room_made: false,
        }
    }

    /// Expects that all pods are as the specification says, whoever wrote it. What restarted before says nothing.
    pub(crate) fn as_specified(workload: &Workload, now: &Snapshot) -> Self {
        Self {
            uid: workload.uid().to_owned(),
            generation: workload.generation(),
            asked: Vec::new(),
            restarts: Restarts::of(&now.pods),
            settled: None,
            refusals: now.refusals.iter().map(|event| refused::version(event)).collect(),
            lasting: BTreeMap::new(),
            is_room_made: false,
        }
    }

    /// From now on room is waited for as long as the change may take; false where it was already.
    pub(crate) fn waits_for_nodes(&mut self) -> bool {
        !std::mem::replace(&mut self.is_room_made, true)
    }

    /// Expects that pods that are ready stay so.
    pub(crate) fn settling(view: &View, before: &Snapshot, restarts: Restarts) -> Self {
        let mut expected = Self::of(view, &view.in_force(), before, restarts);
        let ready = before.newest.iter().filter(|pod| symptom::is_ready(pod));
        expected.settled = Some(ready.filter_map(|pod| pod.metadata.uid.clone()).collect());
        expected
    }

    /// Finds the workload; one that was made anew is not it.
    fn workload<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a Workload> {
        snapshot.workload.as_deref().filter(|workload| workload.uid() == self.uid)
    }
}

/// Says what became of a change, at a moment.
pub(crate) fn judge(expected: &mut Expected, snapshot: &Snapshot, now: Instant) -> Outcome {
    let Some(workload) = expected.workload(snapshot) else { return Outcome::Failed(told::gone()) };
    if workload.observed_generation < workload.generation().max(expected.generation) {
        return Outcome::Waiting("waiting for its controller".to_owned(), 0.0);
    }
    let found = symptoms(expected, snapshot);
    let mut lasting = BTreeMap::new();
    let makes_room = snapshot.pods.iter().any(|pod| pod.metadata.deletion_timestamp.is_some());
    for found in &found {
        let key = (found.pod.clone(), found.symptom);
        let since =
            expected.lasting.get(&key).copied().filter(|_| !(makes_room && found.symptom.wants_room()));
        let since = since.unwrap_or(now);
        lasting.insert(key, since);
    }
    expected.lasting = lasting;
    let is_over = given_up(workload, snapshot).is_some();
    let due = |found: &&Found| {
        let since = expected.lasting.get(&(found.pod.clone(), found.symptom)).copied().unwrap_or(now);
        // While it settles, nobody replaces the pods of a node that is lost.
        let unheard = (expected.settled.is_some() && found.symptom == Symptom::Node).then_some(UNHEARD);
        if !is_over && expected.is_room_made && found.symptom == Symptom::Unschedulable {
            return false;
        }
        let grace = unheard.or_else(|| found.symptom.grace());
        is_over || grace.is_some_and(|grace| now.duration_since(since) >= grace)
    };
    let due: Vec<&Found> = found.iter().filter(due).collect();
    if let Some(verdict) = verdict(expected, workload, &due) {
        return Outcome::Failed(verdict);
    }
    if let Some(condition) = given_up(workload, snapshot) {
        return Outcome::Failed(told::given_up(condition));
    }
    let (text, percent) = missing(workload, snapshot);
    if text.is_empty() { Outcome::Ready } else { Outcome::Waiting(text, percent) }
}

/// Says why a change that did not come to its end in time has failed.
pub(crate) fn late(expected: &Expected, snapshot: &Snapshot, after: Duration) -> Verdict {
    let Some(workload) = expected.workload(snapshot) else { return told::gone() };
    let found = symptoms(expected, snapshot);
    let all: Vec<&Found> = found.iter().collect();
    let is_seen = workload.observed_generation >= workload.generation().max(expected.generation);
    let missing = if is_seen { missing(workload, snapshot).0 } else { String::new() };
    verdict(expected, workload, &all).unwrap_or_else(|| told::late(workload, after, &missing))
}

/// Says why a workload has not settled when its time is over; `None` where it has. Where an autoscaler adds and takes away
/// pods, some may be on their way at any time.
pub(crate) fn unsettled(expected: &mut Expected, snapshot: &Snapshot, now: Instant) -> Option<Verdict> {
    match judge(expected, snapshot, now) {
        Outcome::Ready => None,
        Outcome::Failed(verdict) => Some(verdict),
        Outcome::Waiting(..) if !snapshot.autoscalers.is_empty() => None,
        Outcome::Waiting(text, _) => {
            // Somebody may have changed something this moment that no pod depends on.
            let is_seen = |it: &&Workload| it.observed_generation >= it.generation();
            snapshot.workload.as_deref().filter(is_seen).map(|it| told::unsettled(it, &text))
        }
    }
}

fn symptoms(expected: &Expected, snapshot: &Snapshot) -> Vec<Found> {
    let newest = snapshot.newest.iter();
    let of_pods = newest.flat_map(|pod| symptom::of(pod, &expected.restarts, expected.settled.as_ref()));
    of_pods.chain(refused::of(snapshot, &expected.refusals)).collect()
}

/// Makes one verdict of what was found: the worst kind speaks.
fn verdict(expected: &Expected, workload: &Workload, found: &[&Found]) -> Option<Verdict> {
    let worst = found.iter().map(|found| found.symptom).min()?;
    let of_kind: Vec<&Found> = found.iter().filter(|found| found.symptom == worst).copied().collect();
    Some(told::verdict(worst, workload, &of_kind, expected))
}

/// Gives what the controller of a Deployment says once it has given up waiting (`progressDeadlineSeconds`).
///
/// It says so of a ReplicaSet by its name, and for a moment of that of the rollout before.
fn given_up<'a>(workload: &'a Workload, snapshot: &Snapshot) -> Option<&'a Condition> {
    let newest = snapshot.newest_set(workload)?.metadata.name.clone()?;
    let is_newest = |condition: &&Condition| condition.message.contains(&format!("\"{newest}\""));
    let given_up = |condition: &&Condition| condition.kind == "Progressing" && condition.status == "False";
    workload.conditions.iter().filter(given_up).find(is_newest)
}

/// Says whether a workload is as its specification says.
pub(crate) fn is_complete(snapshot: &Snapshot) -> bool {
    snapshot.workload.as_ref().is_some_and(|workload| {
        workload.observed_generation >= workload.generation() && missing(workload, snapshot).0.is_empty()
    })
}

/// Says what is missing of a workload, as text and in percent; nothing where all is there.
fn missing(workload: &Workload, snapshot: &Snapshot) -> (String, f64) {
    let (counts, wanted) = (workload.counts, workload.replicas);
    let stays = |pod: &&Arc<Pod>| pod.metadata.deletion_timestamp.is_none();
    let number = |pods: usize| i32::try_from(pods).unwrap_or(i32::MAX);
    // The status of a StatefulSet that was never changed counts no pod as updated.
    let updated = match workload.reference.kind {
        Kind::Deployment => counts.updated,
        Kind::StatefulSet => number(snapshot.newest.iter().filter(stays).count()),
    };
    let is_counted =
        [counts.all, updated, counts.available, counts.ready].iter().all(|count| *count == wanted);
    // What a controller counts is of a moment before: a pod may have been replaced since.
    let ready = number(snapshot.newest.iter().filter(stays).filter(|pod| is_ready(pod)).count());
    let available = if is_counted { ready.min(wanted) } else { counts.available };
    if is_counted && available == wanted {
        return (String::new(), 100.0);
    }
    let old = (counts.all - updated).max(0);
    let mut text = format!("{updated} of {wanted} pods updated, {available} available");
    if old > 0 {
        text = format!("{text}, {old} of before");
    }
    let done = f64::from(updated.min(available)) / f64::from(wanted.max(1));
    (text, (100.0 * done).clamp(0.0, 99.0))
}

/// Gives the word by which a scheduler names the resource of a field.
fn resource_of(field: &Field) -> Option<&'static str> {
    match field {
        Field::Amount { resource, .. } if resource == "cpu" => Some("cpu"),
        Field::Amount { .. } => Some("memory"),
        Field::Replicas | Field::Variable { .. } => None,
    }
}

#[cfg(test)]
mod tests;
