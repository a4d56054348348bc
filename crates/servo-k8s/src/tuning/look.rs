//! What there is of a tuning pod: what is in force, what it would be without Servo, what has become of it.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use servo_core::model::{Adjustment, Component};
use servo_core::{Error, Result};

use super::{Memory, name, pod, uid};
use crate::fields::{Field, Fields, described, known, of_containers, propose, read};
use crate::outcome::is_ready;
use crate::plan::Target;
use crate::snapshot::Snapshot;
use crate::workload::Workload;

/// A tuning pod, or the place of one that is not there.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// The target, with the components of the tuning pod.
    pub(crate) target: Target,
    /// The target as the control: its components, with nothing to set.
    control: Target,
    /// The workload that it stands beside.
    pub(crate) workload: Arc<Workload>,
    /// The pod that carries the trials.
    pub(crate) pod: Option<Arc<Pod>>,
    /// Tuning pods of the workload beside it: of before, or somebody else's. Those that end are among them.
    pub(crate) others: Vec<Arc<Pod>>,
    /// What it has, or would be made with: what was tried last goes on until something else is tried.
    pub(crate) fields: Fields,
    /// What it has where nothing is tried: what the workload has, and `request` and `limit` of the configuration.
    pub(crate) found: Fields,
    /// The fields that are set.
    pub(crate) free: Vec<Field>,
    /// Whether the workload's template has changed since the pod was made.
    pub(crate) is_outdated: bool,
    /// Whether the pod that this process made is gone, and it was not this process that took it away.
    pub(crate) is_lost: bool,
}

impl Look {
    /// Looks at what is known of a workload; `None` where it has no tuning pod by its strategy.
    ///
    /// # Errors
    ///
    /// Class failed: the workload is not there, or has no container of a name.
    pub(crate) fn of(target: &Target, snapshot: &Snapshot, memory: Option<&Memory>) -> Result<Option<Self>> {
        let Some(tuned) = target.tuned() else { return Ok(None) };
        let workload = snapshot.workload.clone().ok_or_else(|| {
            Error::failed(format!("{} is not there", target.workload))
                .with_help("check `name` and `namespace`, and the cluster that is meant")
        })?;
        let mut found = read(&tuned, &workload)?;
        found.replicas = None;
        for (container, own) in target.own_fields() {
            let fields = found.containers.entry(container.to_owned()).or_default();
            fields.requests.extend(own.requests.clone());
            fields.limits.extend(own.limits.clone());
        }
        let (pod, others) = chosen(&snapshot.tuning, memory);
        let fields = match (memory, &pod) {
            (Some(memory), _) => memory.fields.clone(),
            (None, Some(pod)) => of_pod(&tuned, pod)?,
            (None, None) => found.clone(),
        };
        let is_outdated = pod
            .as_deref()
            .is_some_and(|pod| pod::made(pod).is_none_or(|made| made.template != pod::digest(&workload)));
        let free = tuned.fields(false);
        let is_lost = memory.is_some() && pod.is_none();
        let control = target.pinned();
        Ok(Some(Self {
            target: tuned,
            control,
            workload,
            pod,
            others,
            fields,
            found,
            free,
            is_outdated,
            is_lost,
        }))
    }

    /// Describes both sides: the workload, of which nothing can be set, and the tuning pod, where it is not there as it would
    /// be made, its one replica included: what a trial costs is the same before and after the first.
    ///
    /// # Errors
    ///
    /// Class failed: a value of the tuning pod is nowhere, or cannot be read.
    pub(crate) fn described(&self) -> Result<Vec<Component>> {
        let live = read(&self.control, &self.workload)?;
        let mut components = known(&self.control, &live)?;
        let fields = Fields { replicas: Some(1), ..self.fields.clone() };
        components.extend(described(&self.target, &fields)?.into_iter().map(Component::tuning));
        Ok(components)
    }

    /// Gives what adjustments lead to. Those of the workload itself are refused, unless they ask for what it has.
    ///
    /// # Errors
    ///
    /// Class failed: they are of the control, or cannot be set so.
    pub(crate) fn proposed(&self, adjustments: &[&Adjustment]) -> Result<Fields> {
        let is_of = |target: &Target, it: &&&Adjustment| {
            target.containers.iter().any(|container| container.component == it.component)
        };
        let control: Vec<&Adjustment> =
            adjustments.iter().filter(|it| is_of(&self.control, it)).copied().collect();
        let live = read(&self.control, &self.workload)?;
        if let Err(error) = propose(&self.control, &live, &live, &control) {
            let names: Vec<&str> =
                self.target.containers.iter().map(|container| container.component.as_str()).collect();
            let message = format!(
                "{} stays as it is while its tuning pod is tuned: it is what the pod is compared with",
                self.workload.reference
            );
            return Err(Error::failed(message)
                .with_source(error)
                .with_help(format!("adjust {}, or promote what was found there", names.join(", "))));
        }
        let asked = adjustments.iter().filter(|it| is_of(&self.target, it));
        let asked: Vec<&Adjustment> = asked.filter(|it| self.is_setting(it)).copied().collect();
        let fields = propose(&self.target, &self.fields, &self.found, &asked)?;
        Ok(Fields { replicas: None, ..fields })
    }

    /// Leaves replicas out, which the original told optimizers and could not set either.
    fn is_setting(&self, adjustment: &Adjustment) -> bool {
        if adjustment.setting != self.target.replicas.name() {
            return true;
        }
        if adjustment.value.as_number() != Some(1.into()) {
            tracing::warn!("ignored: {adjustment}; there is one tuning pod, and no other number of them");
        }
        false
    }

    /// Gives the adjustments of the tuning pod as those of the workload.
    pub(crate) fn promoted(&self, adjustments: &[&Adjustment]) -> Vec<Adjustment> {
        let containers = self.target.containers.iter().zip(&self.control.containers);
        let mut promoted = Vec::new();
        for (tuned, control) in containers {
            let of_it = adjustments.iter().filter(|it| it.component == tuned.component);
            let of_it = of_it.filter(|it| it.setting != self.target.replicas.name());
            promoted.extend(
                of_it.map(|it| Adjustment { component: control.component.clone(), ..Adjustment::clone(it) }),
            );
        }
        promoted
    }
}

/// Reads what a pod has.
fn of_pod(target: &Target, pod: &Pod) -> Result<Fields> {
    let containers = pod.spec.as_ref().map_or(&[][..], |spec| &spec.containers);
    of_containers(target, &format!("pod `{}`", name(pod)), containers)
}

/// Chooses the pod that carries the trials: the one that this process made; or one that is ready, where it has made none.
fn chosen(pods: &[Arc<Pod>], memory: Option<&Memory>) -> (Option<Arc<Pod>>, Vec<Arc<Pod>>) {
    let stays = |pod: &&Arc<Pod>| pod.metadata.deletion_timestamp.is_none();
    let is_its = |pod: &&Arc<Pod>| match memory {
        Some(memory) => uid(pod) == memory.uid,
        None => is_ready(pod),
    };
    let pod = pods.iter().filter(stays).find(is_its);
    let pod = if memory.is_none() { pod.or_else(|| pods.iter().find(stays)) } else { pod };
    let others = pods.iter().filter(|other| pod.is_none_or(|pod| uid(pod) != uid(other)));
    (pod.cloned(), others.cloned().collect())
}

#[cfg(test)]
mod tests;
