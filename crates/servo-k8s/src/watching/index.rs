//! The objects of a namespace, found by whom they belong to.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Event, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::kinds::{AUTOSCALERS, REFUSALS};
use super::owned::Owned;
use crate::snapshot::Snapshot;
use crate::tuning;
use crate::workload::{Kind, REVISION, Reference, Workload};

/// The label of a pod that says from which ReplicaSet or revision it is.
const REVISION_HASH: &str = "controller-revision-hash";

/// An object that is kept.
pub(super) enum Entry {
    /// A Deployment or a StatefulSet.
    Workload(Arc<Workload>),
    /// A ReplicaSet.
    ReplicaSet(Arc<ReplicaSet>),
    /// A pod.
    Pod(Arc<Pod>),
    /// An autoscaler.
    Autoscaler(Arc<HorizontalPodAutoscaler>),
    /// An event that says that pods may not be made.
    Refusal(Arc<Event>),
}

/// The objects of a namespace.
#[derive(Default)]
pub(super) struct Index {
    workloads: BTreeMap<Reference, Arc<Workload>>,
    replica_sets: Owned<ReplicaSet>,
    pods: Owned<Pod>,
    /// Tuning pods, by name: no workload controls them.
    tuning: BTreeMap<String, Arc<Pod>>,
    autoscalers: BTreeMap<String, Arc<HorizontalPodAutoscaler>>,
    refusals: Owned<Event>,
}

impl Index {
    /// Keeps an object in place of one of the same name.
    pub(super) fn put(&mut self, entry: Entry) {
        match entry {
            Entry::Workload(workload) => drop(self.workloads.insert(workload.reference.clone(), workload)),
            Entry::ReplicaSet(set) => {
                self.replica_sets.put(controller(&set.metadata), name(&set.metadata), Arc::clone(&set));
            }
            Entry::Pod(pod) => {
                self.pods.put(controller(&pod.metadata), name(&pod.metadata), Arc::clone(&pod));
                if tuning::is_tuning(&pod) {
                    self.tuning.insert(name(&pod.metadata), pod);
                } else {
                    self.tuning.remove(&name(&pod.metadata));
                }
            }
            Entry::Autoscaler(autoscaler) => {
                drop(self.autoscalers.insert(name(&autoscaler.metadata), autoscaler));
            }
            Entry::Refusal(event) => {
                let whom = event.involved_object.uid.as_deref();
                self.refusals.put(whom, name(&event.metadata), Arc::clone(&event));
            }
        }
    }

    /// Forgets an object.
    pub(super) fn remove(&mut self, entry: &Entry) {
        match entry {
            Entry::Workload(workload) => drop(self.workloads.remove(&workload.reference)),
            Entry::ReplicaSet(set) => self.replica_sets.remove(&name(&set.metadata)),
            Entry::Pod(pod) => {
                self.pods.remove(&name(&pod.metadata));
                self.tuning.remove(&name(&pod.metadata));
            }
            Entry::Autoscaler(autoscaler) => drop(self.autoscalers.remove(&name(&autoscaler.metadata))),
            Entry::Refusal(event) => self.refusals.remove(&name(&event.metadata)),
        }
    }

    /// Forgets all objects of a resource, and keeps others.
    pub(super) fn replace(&mut self, resource: &str, entries: Vec<Entry>) {
        match resource {
            "replicasets" => self.replica_sets.clear(),
            "pods" => {
                self.pods.clear();
                self.tuning.clear();
            }
            AUTOSCALERS => self.autoscalers.clear(),
            REFUSALS => self.refusals.clear(),
            resource => self.workloads.retain(|reference, _| reference.kind.resource() != resource),
        }
        for entry in entries {
            self.put(entry);
        }
    }

    /// Puts together what is known of a workload.
    pub(super) fn snapshot(&self, reference: &Reference) -> Snapshot {
        let Some(workload) = self.workloads.get(reference) else { return Snapshot::default() };
        let replica_sets = self.replica_sets.of(workload.uid());
        let (pods, newest) = match reference.kind {
            Kind::Deployment => self.of_deployment(workload, &replica_sets),
            Kind::StatefulSet => self.of_stateful_set(workload),
        };
        let autoscalers = self.autoscalers.values().filter(|autoscaler| scales(autoscaler, reference));
        Snapshot {
            workload: Some(Arc::clone(workload)),
            replica_sets,
            pods,
            newest,
            tuning: tuning::names(reference)
                .iter()
                .filter_map(|name| self.tuning.get(name).cloned())
                .collect(),
            autoscalers: autoscalers.cloned().collect(),
            refusals: self.refusals.of(workload.uid()),
        }
    }

    fn of_deployment(&self, workload: &Workload, sets: &[Arc<ReplicaSet>]) -> (Vec<Arc<Pod>>, Vec<Arc<Pod>>) {
        let (mut pods, mut newest) = (Vec::new(), Vec::new());
        // Until its controller has seen the newest specification, no ReplicaSet is that of it.
        let is_seen = workload.observed_generation >= workload.generation();
        for set in sets {
            let uid = set.metadata.uid.as_deref().unwrap_or_default();
            let of_set = self.pods.of(uid);
            let revision = set.metadata.annotations.as_ref().and_then(|it| it.get(REVISION));
            if is_seen && revision.is_some() && revision == workload.revision.as_ref() {
                newest.extend(of_set.iter().cloned());
            }
            pods.extend(of_set);
        }
        (pods, newest)
    }

    fn of_stateful_set(&self, workload: &Workload) -> (Vec<Arc<Pod>>, Vec<Arc<Pod>>) {
        let pods = self.pods.of(workload.uid());
        let is_seen = workload.observed_generation >= workload.generation();
        let is_newest = |pod: &&Arc<Pod>| {
            let hash = pod.metadata.labels.as_ref().and_then(|labels| labels.get(REVISION_HASH));
            is_seen && hash.is_some() && hash == workload.revision.as_ref()
        };
        let newest = pods.iter().filter(is_newest).cloned().collect();
        (pods, newest)
    }
}

fn scales(autoscaler: &HorizontalPodAutoscaler, workload: &Reference) -> bool {
    autoscaler.spec.as_ref().is_some_and(|spec| {
        let target = &spec.scale_target_ref;
        target.kind == workload.kind.name() && target.name == workload.name
    })
}

fn name(metadata: &ObjectMeta) -> String {
    metadata.name.clone().unwrap_or_default()
}

/// Gives the uid of the controller of an object.
fn controller(metadata: &ObjectMeta) -> Option<&str> {
    let owners = metadata.owner_references.as_deref()?;
    owners.iter().find(|owner| owner.controller == Some(true)).map(|owner| owner.uid.as_str())
}

#[cfg(test)]
mod tests;
