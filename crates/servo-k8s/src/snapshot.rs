//! What is known of one workload at a moment.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Event, Pod};

use crate::workload::{REVISION, Workload};

/// What the watches of a namespace know of one workload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// The workload; `None` where there is none of that name.
    pub(crate) workload: Option<Arc<Workload>>,
    /// Its ReplicaSets, where it is a Deployment.
    pub(crate) replica_sets: Vec<Arc<ReplicaSet>>,
    /// Its pods of every revision, those that end included, by name.
    pub(crate) pods: Vec<Arc<Pod>>,
    /// Those of its pods that are of the newest revision, by name.
    pub(crate) newest: Vec<Arc<Pod>>,
    /// The tuning pods beside it, those that end included, by name.
    pub(crate) tuning: Vec<Arc<Pod>>,
    /// The autoscalers that set its replicas.
    pub(crate) autoscalers: Vec<Arc<HorizontalPodAutoscaler>>,
    /// What says that pods of a StatefulSet may not be made. Of a Deployment its ReplicaSets say so.
    pub(crate) refusals: Vec<Arc<Event>>,
}

impl Snapshot {
    /// Gives the ReplicaSet of the newest revision of a Deployment, once its controller has made it.
    pub(crate) fn newest_set(&self, workload: &Workload) -> Option<&ReplicaSet> {
        let revision = |set: &ReplicaSet| set.metadata.annotations.as_ref()?.get(REVISION).cloned();
        let is_newest =
            |set: &&Arc<ReplicaSet>| workload.revision.is_some() && revision(set) == workload.revision;
        self.replica_sets.iter().find(is_newest).map(AsRef::as_ref)
    }
}
