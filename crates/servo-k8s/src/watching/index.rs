//! The objects of a namespace, found by whom they belong to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::kinds::AUTOSCALERS;
use crate::snapshot::Snapshot;
use crate::workload::{Kind, Reference, Workload};

/// The annotation by which the revisions of a Deployment are numbered.
const REVISION: &str = "deployment.kubernetes.io/revision";
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
}

/// Objects by the uid of the one that they belong to, then by name.
struct Owned<K> {
    by_owner: HashMap<String, BTreeMap<String, Arc<K>>>,
    /// To whom each belongs, by its name: it may come to belong to somebody else, or to nobody.
    owners: HashMap<String, String>,
}

impl<K> Default for Owned<K> {
    fn default() -> Self {
        Self { by_owner: HashMap::new(), owners: HashMap::new() }
    }
}

impl<K> Owned<K> {
    fn put(&mut self, metadata: &ObjectMeta, object: Arc<K>) {
        self.remove(metadata);
        // Whom nobody controls belongs to no workload.
        if let Some(owner) = controller(metadata) {
            let name = name(metadata);
            self.owners.insert(name.clone(), owner.to_owned());
            self.by_owner.entry(owner.to_owned()).or_default().insert(name, object);
        }
    }

    fn remove(&mut self, metadata: &ObjectMeta) {
        let name = name(metadata);
        let Some(owner) = self.owners.remove(&name) else { return };
        if let Some(objects) = self.by_owner.get_mut(&owner) {
            objects.remove(&name);
            if objects.is_empty() {
                self.by_owner.remove(&owner);
            }
        }
    }

    fn of(&self, owner: &str) -> Vec<Arc<K>> {
        self.by_owner.get(owner).map(|objects| objects.values().cloned().collect()).unwrap_or_default()
    }
}

/// The objects of a namespace.
#[derive(Default)]
pub(super) struct Index {
    workloads: BTreeMap<Reference, Arc<Workload>>,
    replica_sets: Owned<ReplicaSet>,
    pods: Owned<Pod>,
    autoscalers: BTreeMap<String, Arc<HorizontalPodAutoscaler>>,
}

impl Index {
    /// Keeps an object in place of one of the same name.
    pub(super) fn put(&mut self, entry: Entry) {
        match entry {
            Entry::Workload(workload) => drop(self.workloads.insert(workload.reference.clone(), workload)),
            Entry::ReplicaSet(set) => self.replica_sets.put(&set.metadata.clone(), set),
            Entry::Pod(pod) => self.pods.put(&pod.metadata.clone(), pod),
            Entry::Autoscaler(autoscaler) => {
                drop(self.autoscalers.insert(name(&autoscaler.metadata), autoscaler));
            }
        }
    }

    /// Forgets an object.
    pub(super) fn remove(&mut self, entry: &Entry) {
        match entry {
            Entry::Workload(workload) => drop(self.workloads.remove(&workload.reference)),
            Entry::ReplicaSet(set) => self.replica_sets.remove(&set.metadata),
            Entry::Pod(pod) => self.pods.remove(&pod.metadata),
            Entry::Autoscaler(autoscaler) => drop(self.autoscalers.remove(&name(&autoscaler.metadata))),
        }
    }

    /// Forgets all objects of a resource, and keeps others.
    pub(super) fn replace(&mut self, resource: &str, entries: Vec<Entry>) {
        match resource {
            "replicasets" => self.replica_sets = Owned::default(),
            "pods" => self.pods = Owned::default(),
            AUTOSCALERS => self.autoscalers.clear(),
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
            autoscalers: autoscalers.cloned().collect(),
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
