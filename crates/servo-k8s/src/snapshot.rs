//! What is known of one workload at a moment.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Pod;

use crate::workload::Workload;

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
    /// The autoscalers that set its replicas.
    pub(crate) autoscalers: Vec<Arc<HorizontalPodAutoscaler>>,
}
