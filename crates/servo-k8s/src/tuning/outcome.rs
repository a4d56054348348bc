//! What became of a tuning pod, from what is known of it: pure, and asked again whenever something changes.
//!
//! The rows are those of the compatibility specification, section 8.1.9, for the tuning pod.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use servo_core::Class;
use servo_core::error::reason;
use tokio::time::Instant;

use super::look::Look;
use super::uid;
use crate::fields::Fields;
use crate::outcome::{Found, Outcome, Restarts, Symptom, Verdict, asked, is_ready, symptoms_of};
use crate::snapshot::Snapshot;

/// A pod that is to become ready, or to stay so.
#[derive(Debug)]
pub(super) struct Awaited {
    name: String,
    uid: String,
    /// What was asked for, with the resource that a scheduler would name.
    asked: Vec<(&'static str, String)>,
    /// Restarts that are no sign of anything.
    pub(super) restarts: Restarts,
    /// The pod, where it was ready and is to stay so.
    settled: Option<BTreeSet<String>>,
    /// Since when a symptom lasts.
    lasting: BTreeMap<Symptom, Instant>,
    /// Whether an autoscaler of nodes makes room.
    is_room_made: bool,
}

impl Awaited {
    /// Expects that a pod becomes ready with what it was asked for.
    pub(super) fn ready(pod: &Pod, look: &Look, fields: &Fields) -> Self {
        Self {
            name: super::name(pod).to_owned(),
            uid: uid(pod).to_owned(),
            asked: asked(&look.target, (&look.found, fields), &look.free),
            restarts: Restarts::default(),
            settled: None,
            lasting: BTreeMap::new(),
            is_room_made: false,
        }
    }

    /// Expects that a pod stays ready. What had restarted before is not counted.
    pub(super) fn settling(pod: &Pod, look: &Look) -> Self {
        let mut awaited = Self::ready(pod, look, &look.fields);
        awaited.restarts = Restarts::of(&[std::sync::Arc::new(pod.clone())]);
        awaited.settled = Some(BTreeSet::from([awaited.uid.clone()]));
        awaited
    }

    /// From now on room is waited for as long as the change may take; false where it was already.
    pub(super) fn waits_for_nodes(&mut self) -> bool {
        !std::mem::replace(&mut self.is_room_made, true)
    }

    fn pod<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a Pod> {
        let stays = |pod: &&std::sync::Arc<Pod>| pod.metadata.deletion_timestamp.is_none();
        snapshot.tuning.iter().filter(stays).find(|pod| uid(pod) == self.uid).map(AsRef::as_ref)
    }

    fn symptoms(&self, pod: &Pod) -> Vec<Found> {
        symptoms_of(pod, &self.restarts, self.settled.as_ref())
    }

    /// Says what became of it, at a moment.
    pub(super) fn judge(&mut self, snapshot: &Snapshot, now: Instant) -> Outcome {
        let Some(pod) = self.pod(snapshot) else { return Outcome::Failed(self.gone()) };
        let found = self.symptoms(pod);
        let mut all = snapshot.pods.iter().chain(&snapshot.tuning);
        let makes_room = all.any(|pod| pod.metadata.deletion_timestamp.is_some());
        let lasting = found.iter().map(|found| {
            let before = self.lasting.get(&found.symptom).copied();
            let since = before.filter(|_| !(makes_room && found.symptom.wants_room())).unwrap_or(now);
            (found.symptom, since)
        });
        self.lasting = lasting.collect();
        let due = |found: &&Found| {
            let since = self.lasting.get(&found.symptom).copied().unwrap_or(now);
            let waits = self.is_room_made && found.symptom == Symptom::Unschedulable;
            !waits && found.symptom.grace().is_some_and(|grace| now.duration_since(since) >= grace)
        };
        let due: Vec<&Found> = found.iter().filter(due).collect();
        if let Some(verdict) = self.verdict(&due) {
            return Outcome::Failed(verdict);
        }
        if is_ready(pod) {
            return Outcome::Ready;
        }
        let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
        let text = format!(
            "tuning pod `{}` is {}, and not ready",
            self.name,
            phase.unwrap_or_else(|| "new".to_owned())
        );
        Outcome::Waiting(text, 50.0)
    }

    /// Says why it was not ready in time.
    pub(super) fn late(&self, snapshot: &Snapshot, after: Duration) -> Verdict {
        let Some(pod) = self.pod(snapshot) else { return self.gone() };
        let found = self.symptoms(pod);
        self.verdict(&found.iter().collect::<Vec<_>>()).unwrap_or_else(|| {
            let message = format!("tuning pod `{}` is not ready after {} s", self.name, after.as_secs());
            self.told(Class::Rejected, Some(reason::START_FAILED), message, None)
        })
    }

    fn gone(&self) -> Verdict {
        let message = format!("the tuning pod `{}` was deleted by somebody else", self.name);
        self.told(Class::Failed, None, message, None)
    }

    /// Makes one verdict of what was found: the worst speaks.
    fn verdict(&self, found: &[&Found]) -> Option<Verdict> {
        let worst = found.iter().map(|found| found.symptom).min()?;
        let of_kind: Vec<&Found> = found.iter().filter(|found| found.symptom == worst).copied().collect();
        let said: Vec<&str> = of_kind.iter().map(|found| found.said.as_str()).collect();
        let (said, name) = (said.join("; "), &self.name);
        let (class, reason, message) = match worst {
            Symptom::Unschedulable => {
                let of_it = self.asked.iter().filter(|(resource, _)| said.contains(resource));
                let asked: Vec<&str> = of_it.map(|(_, text)| text.as_str()).collect();
                let asked = asked.join(", ");
                let message =
                    format!("Requested adjustment(s) ({asked}) cannot be scheduled due to \"{said}\"");
                (Class::Rejected, Some(reason::UNSCHEDULABLE), message)
            }
            Symptom::Image => {
                let message = format!("Container image pull failure detected on tuning pod {name}: {said}");
                (Class::Failed, Some(reason::IMAGE_PULL_FAILED), message)
            }
            Symptom::Crash => {
                let message =
                    format!("Tuning optimization POD crash restart detected on container(s): {said}");
                (Class::Rejected, Some(reason::UNSTABLE), message)
            }
            Symptom::Evicted => {
                let message = format!("tuning pod {name} was ended by its node: {said}");
                (Class::Rejected, Some(reason::UNSTABLE), message)
            }
            Symptom::Node => (Class::Failed, None, format!("tuning pod {name} has lost its node: {said}")),
            Symptom::Unsettled => (
                Class::Rejected,
                Some(reason::UNSTABLE),
                format!("tuning pod {name} is not ready any more: {said}"),
            ),
            Symptom::Start | Symptom::Refused | Symptom::Unready => (
                Class::Rejected,
                Some(reason::START_FAILED),
                format!("tuning pod {name} is not ready: {said}"),
            ),
        };
        // What begins well and then fails is not stable.
        let is_settled = self.settled.is_some() && reason == Some(reason::START_FAILED);
        let reason = if is_settled { Some(reason::UNSTABLE) } else { reason };
        Some(self.told(class, reason, message, of_kind.first().and_then(|found| found.container.clone())))
    }

    fn told(
        &self,
        class: Class,
        reason: Option<&'static str>,
        message: String,
        container: Option<String>,
    ) -> Verdict {
        Verdict { class, reason, message, culprits: vec![(self.name.clone(), container)] }
    }
}

#[cfg(test)]
mod tests;
