//! The tuning pod: one more pod behind the same Services, made of the template of a workload, in which other settings are
//! tried beside the workload's own pods, which stay as they are.
//!
//! [`look`] says what there is, [`pod`] makes the pod and [`outcome`] judges it, without the network; [`adjust`] leads
//! from one to the other. It never outlives the process that made it: [`end`] takes it away, also after a crash.

pub(crate) mod adjust;
pub(crate) mod end;
mod in_place;
pub(crate) mod look;
mod outcome;
mod owner;
mod pod;
pub(crate) mod promote;
mod replace;

use k8s_openapi::api::core::v1::Pod;

use crate::fields::Fields;
use crate::workload::Reference;

/// The label by which the pods of both sides are told apart, and its value on a tuning pod.
pub(crate) const ROLE: (&str, &str) = ("opsani_role", "tuning");

/// The annotation that names the component of a tuning pod.
pub(crate) const TUNING_FOR: &str = "opsani.com/opsani_tuning_for";

/// The annotation that says for which workload, by which servo and of which template a tuning pod was made.
pub(crate) const MADE: &str = "servo.opsani.com/tuning";

/// What this process knows of the tuning pod that it has made.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// Its uid.
    pub(crate) uid: String,
    /// What its containers have, as it was asked for.
    pub(crate) fields: Fields,
}

/// Gives the names that tuning pods of a workload may have: the first, and the one that takes its place without a gap.
pub(crate) fn names(workload: &Reference) -> [String; 2] {
    let name = &workload.name;
    [format!("{name}-tuning"), format!("{name}-tuning-b")]
}

/// Says whether a pod is a tuning pod of anybody's.
pub(crate) fn is_tuning(pod: &Pod) -> bool {
    let (label, value) = ROLE;
    pod.metadata.labels.as_ref().and_then(|labels| labels.get(label)).is_some_and(|it| it == value)
}

/// Gives the name of a pod.
fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

/// Gives the uid of a pod.
fn uid(pod: &Pod) -> &str {
    pod.metadata.uid.as_deref().unwrap_or_default()
}
