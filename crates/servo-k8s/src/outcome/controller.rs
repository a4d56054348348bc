//! What the controller of a Deployment itself says. Those of StatefulSets say nothing.

use std::time::Duration;

use servo_core::Class;
use servo_core::error::reason;

use super::{Verdict, told};
use crate::snapshot::Snapshot;
use crate::workload::{Condition, Workload};

/// How long a quota may be used up while there are pods of before: its controller may be about to end some.
const QUOTA: Duration = Duration::from_secs(10);

/// What is told, and how long it has to last before it counts; `None` where it may pass for as long as pods end.
pub(super) type Said = (Verdict, Option<Duration>);

/// Makes a verdict of what the controller says: pods that it may not make, and patience that is at its end.
pub(super) fn said(workload: &Workload, snapshot: &Snapshot) -> Option<Said> {
    if let Some(said) = refused(workload, snapshot) {
        return Some(said);
    }
    let given_up = given_up(workload, snapshot)?;
    let message = format!("ProgressionFailure: message='{}', reason='{}'", given_up.message, given_up.reason);
    Some((failed(message), Some(Duration::ZERO)))
}

/// Gives what the controller of a Deployment says once it has given up waiting (`progressDeadlineSeconds`).
///
/// It says so of a ReplicaSet by its name, and for a moment of that of the rollout before.
pub(super) fn given_up<'a>(workload: &'a Workload, snapshot: &Snapshot) -> Option<&'a Condition> {
    let newest = snapshot.newest_set(workload)?.metadata.name.clone()?;
    let is_newest = |condition: &&Condition| condition.message.contains(&format!("\"{newest}\""));
    let given_up = |condition: &&Condition| condition.kind == "Progressing" && condition.status == "False";
    workload.conditions.iter().filter(given_up).find(is_newest)
}

/// Says why pods may not be made. What a policy denies stays so; a pod that is ending still counts in a quota.
fn refused(workload: &Workload, snapshot: &Snapshot) -> Option<Said> {
    let conditions = snapshot.newest_set(workload)?.status.as_ref()?.conditions.as_deref()?;
    let failure = conditions.iter().find(|it| it.type_ == "ReplicaFailure" && it.status == "True")?;
    let (said, cause) = (failure.message.as_deref(), failure.reason.as_deref());
    let said = said.unwrap_or_default();
    let message = format!("ReplicaFailure: message='{said}', reason='{}'", cause.unwrap_or_default());
    let is_of_before = snapshot.pods.len() > snapshot.newest.len();
    let grace = match said.contains("exceeded quota") {
        true if snapshot.pods.iter().any(|pod| pod.metadata.deletion_timestamp.is_some()) => None,
        true if is_of_before => Some(QUOTA),
        _ => Some(Duration::ZERO),
    };
    Some((failed(message), grace))
}

fn failed(message: String) -> Verdict {
    told::of(Class::Rejected, Some(reason::START_FAILED), message, &[])
}
