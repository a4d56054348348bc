//! How often containers had restarted before, and will for a reason of Servo's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

/// The restarts of containers that are no sign of anything, by the uid of the pod and the name of the container.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restarts(BTreeMap<(String, String), i32>);

impl Restarts {
    /// Counts what there is as come before, where nothing is known of it yet.
    pub(crate) fn begin(&mut self, pods: &[Arc<Pod>]) {
        for pod in pods {
            for (container, count) in counts(pod) {
                self.0.entry((uid(pod), container)).or_insert(count);
            }
        }
    }

    /// Allows one more restart of a container.
    pub(crate) fn expect(&mut self, pod: &Pod, container: &str) {
        let now = counts(pod).into_iter().find(|(name, _)| name == container).map_or(0, |(_, count)| count);
        let allowed = self.0.entry((uid(pod), container.to_owned())).or_insert(now);
        *allowed = now + 1;
    }

    /// Gives how often a container may have restarted.
    pub(super) fn allowed(&self, pod: &Pod, container: &str) -> i32 {
        self.0.get(&(uid(pod), container.to_owned())).copied().unwrap_or_default()
    }
}

fn uid(pod: &Pod) -> String {
    pod.metadata.uid.clone().unwrap_or_default()
}

fn counts(pod: &Pod) -> Vec<(String, i32)> {
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_deref());
    statuses.unwrap_or_default().iter().map(|status| (status.name.clone(), status.restart_count)).collect()
}
