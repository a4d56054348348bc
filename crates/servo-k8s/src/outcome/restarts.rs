//! What had happened to pods before a change, and will for a reason of Servo's own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

/// What is no sign of anything: restarts of containers, by the uid of the pod and the name of the container, and pods
/// that had ended. Pods that come later have no past.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restarts {
    allowed: BTreeMap<(String, String), i32>,
    ended: BTreeSet<String>,
}

impl Restarts {
    /// Counts what there is as come before, and forgets what was known: pods that are gone, too.
    pub(crate) fn of(pods: &[Arc<Pod>]) -> Self {
        let restarts = pods
            .iter()
            .flat_map(|pod| counts(pod).map(|(container, count)| ((uid(pod), container.to_owned()), count)));
        let ended = pods.iter().filter(|pod| has_ended(pod)).map(|pod| uid(pod));
        Self { allowed: restarts.collect(), ended: ended.collect() }
    }

    /// Allows one more restart of a container.
    pub(crate) fn expect(&mut self, pod: &Pod, container: &str) {
        let now = counts(pod).find(|(name, _)| *name == container).map_or(0, |(_, count)| count);
        self.allowed.insert((uid(pod), container.to_owned()), now + 1);
    }

    /// Gives how often a container may have restarted.
    pub(super) fn allowed(&self, pod: &Pod, container: &str) -> i32 {
        self.allowed.get(&(uid(pod), container.to_owned())).copied().unwrap_or_default()
    }

    /// Says whether a pod had ended before: one that its node has put out stays in the list, and nobody waits for it.
    pub(super) fn had_ended(&self, pod: &Pod) -> bool {
        self.ended.contains(&uid(pod))
    }
}

fn uid(pod: &Pod) -> String {
    pod.metadata.uid.clone().unwrap_or_default()
}

fn has_ended(pod: &Pod) -> bool {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Failed")
}

/// Counts the restarts of all containers, those that begin before the others included.
fn counts(pod: &Pod) -> impl Iterator<Item = (&str, i32)> {
    let statuses = pod
        .status
        .iter()
        .flat_map(|status| status.init_container_statuses.iter().chain(&status.container_statuses).flatten());
    statuses.map(|status| (status.name.as_str(), status.restart_count))
}
